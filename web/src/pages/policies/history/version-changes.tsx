import { compareRecordingPolicyVersions } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { ChangesList } from '../content/changes-list.tsx';
import type { LoadedPolicy } from '../content/use-policy-draft.ts';
import { RestoreDialog } from './restore-dialog.tsx';

export interface VersionChangesProps {
  policy: LoadedPolicy;
  version: number;
  /** Else against the version before. */
  isAgainstCurrent: boolean;
  onAgainst(isCurrent: boolean): void;
  onRestored(): void;
}

/** What a version changed, or how it differs from the current one. */
export function VersionChanges({ policy, version, isAgainstCurrent, onAgainst, onRestored }: VersionChangesProps) {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const [isAsking, setAsking] = useState(false);
  const { stored } = policy;
  const against = isAgainstCurrent ? stored.version : undefined;
  const compared = usePolling(
    `${stored.policyId} ${version} ${against} ${stored.version}`,
    (signal) =>
      api(
        compareRecordingPolicyVersions,
        { params: { policyId: stored.policyId, version }, query: against === undefined ? {} : { against } },
        signal,
      ),
    undefined,
  );
  const isOld = version !== stored.version;
  const isEditable = !stored.isSystemDefined && !stored.isReadOnly;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            isOld && (
              <Button
                disabled={!isEditable}
                disabledReason={t(stored.isReadOnly ? 'policies.list.is-read-only' : 'policies.list.is-system-defined')}
                onClick={() => setAsking(true)}
              >
                {t('policies.restore.ask', { version })}
              </Button>
            )
          }
        >
          {t('policies.version', { version })}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isOld && (
          <SegmentedControl
            label={t('policies.history.against')}
            selectedId={isAgainstCurrent ? 'current' : 'before'}
            onChange={({ detail }) => onAgainst(detail.selectedId === 'current')}
            options={[
              { id: 'before', text: t('policies.history.against-before') },
              { id: 'current', text: t('policies.history.against-current') },
            ]}
          />
        )}
        {compared.error !== undefined && (
          <ProblemAlert
            area="policies"
            error={compared.error}
            onRetry={compared.refresh}
            onSignIn={() => void session.signIn()}
          />
        )}
        {compared.data === undefined && compared.error === undefined && (
          <StatusIndicator type="loading">{t('policies.loading')}</StatusIndicator>
        )}
        {compared.data !== undefined &&
          (version === 1 && against === undefined ? (
            <Alert type="info">{t('policies.history.first', { count: compared.data.policy.rules.length })}</Alert>
          ) : (
            <ChangesList changes={compared.data.changes} empty={t('policies.change.none')} />
          ))}
      </SpaceBetween>
      {isAsking && (
        <RestoreDialog
          policy={policy}
          version={version}
          onCancel={() => setAsking(false)}
          onRestored={() => {
            setAsking(false);
            onRestored();
          }}
        />
      )}
    </Container>
  );
}
