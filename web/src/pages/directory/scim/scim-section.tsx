import { listScimTokens, type ScimToken } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { useAddress } from '../../policies/content/use-address.ts';
import { CopiedValue } from './copied-value.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { TokensTable } from './tokens-table.tsx';

const providers = ['entra', 'okta', 'both'] as const;

/** How an identity provider writes the directory: where to, and with which tokens. */
export function ScimSection() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const [address, setAddress] = useAddress();
  usePageFrame({ title: t('directory.title'), contentType: 'table', isSplitPanelOpen: false });
  const { data, error, refresh } = usePolling('scim', (signal) => api(listScimTokens, {}, signal), undefined);
  if (error !== undefined && (data === undefined || isSignedOut(error))) {
    return <ProblemAlert area="directory" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />;
  }
  if (data === undefined) return <StatusIndicator type="loading">{t('directory.scim.loading')}</StatusIndicator>;
  const revoked = data.tokens.find(({ scimTokenId }) => scimTokenId === address.get('revoke'));
  const close = () => setAddress({ create: undefined, revoke: undefined });
  return (
    <SpaceBetween size="l">
      <Endpoint scimUrl={data.scimUrl} />
      <TokensTable
        tokens={data.tokens}
        onCreate={() => setAddress({ create: 'token' })}
        onRevoke={({ scimTokenId }: ScimToken) => setAddress({ revoke: scimTokenId })}
      />
      {address.get('create') === 'token' && (
        <NewTokenDialog scimUrl={data.scimUrl} onCreated={refresh} onClose={close} />
      )}
      {revoked !== undefined && (
        <RevokeDialog
          token={revoked}
          onCancel={close}
          onDone={() => {
            close();
            refresh();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function Endpoint({ scimUrl }: { scimUrl: string }) {
  const { t } = useTranslation();
  return (
    <Container
      header={
        <Header variant="h2" description={t('directory.scim.description')}>
          {t('directory.scim.title')}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <KeyValuePairs
          items={[
            {
              label: t('directory.scim.address'),
              value: <CopiedValue value={scimUrl} label={t('directory.scim.address')} />,
            },
          ]}
        />
        <KeyValuePairs
          columns={3}
          items={providers.map((provider) => ({
            label: t(`directory.scim.provider.${provider}.name`),
            value: <Box>{t(`directory.scim.provider.${provider}.detail`)}</Box>,
          }))}
        />
      </SpaceBetween>
    </Container>
  );
}
