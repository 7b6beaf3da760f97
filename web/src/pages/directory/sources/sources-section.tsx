import { getSiteSettings } from '@afterimage/contracts';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import TextContent from '@cloudscape-design/components/text-content';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { HostGroupsSetting } from './host-groups-setting.tsx';

/** Everybody whose word about a person is taken, and for what. */
const sources = ['token', 'directory', 'host', 'administrator'] as const;

/** Who says who somebody is and which groups they are in, and whether groups that only a host names count. */
export function SourcesSection() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  usePageFrame({ title: t('directory.title'), contentType: 'table', isSplitPanelOpen: false });
  const { data, error, refresh } = usePolling('settings', (signal) => api(getSiteSettings, {}, signal), undefined);
  return (
    <SpaceBetween size="l">
      {error !== undefined && (data === undefined || isSignedOut(error)) ? (
        <ProblemAlert area="directory" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
      ) : data === undefined ? (
        <StatusIndicator type="loading">{t('directory.sources.loading')}</StatusIndicator>
      ) : (
        <HostGroupsSetting areCounted={data.settings.doHostGroupsCount} onChanged={refresh} />
      )}
      <WhoSaysWhat />
      <Container header={<Header variant="h2">{t('directory.sources.inactive.title')}</Header>}>
        <TextContent>
          <p>{t('directory.sources.inactive.detail')}</p>
          <p>{t('directory.sources.inactive.unknown')}</p>
        </TextContent>
      </Container>
    </SpaceBetween>
  );
}

function WhoSaysWhat() {
  const { t } = useTranslation();
  return (
    <Table
      wrapLines
      items={sources.map((source) => ({ source }))}
      trackBy="source"
      ariaLabels={{ tableLabel: t('directory.sources.title') }}
      header={<Header description={t('directory.sources.description')}>{t('directory.sources.title')}</Header>}
      columnDefinitions={[
        {
          id: 'source',
          header: t('directory.sources.column.source'),
          isRowHeader: true,
          minWidth: 140,
          cell: ({ source }) => t(`directory.sources.${source}.name`),
        },
        {
          id: 'says',
          header: t('directory.sources.column.says'),
          minWidth: 220,
          cell: ({ source }) => t(`directory.sources.${source}.says`),
        },
        {
          id: 'counts',
          header: t('directory.sources.column.counts'),
          minWidth: 240,
          cell: ({ source }) => t(`directory.sources.${source}.counts`),
        },
      ]}
    />
  );
}
