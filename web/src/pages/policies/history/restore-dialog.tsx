import { compareRecordingPolicyVersions, restoreRecordingPolicyVersion } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { AskDialog } from '../content/ask-dialog.tsx';
import { ChangesList } from '../content/changes-list.tsx';
import type { LoadedPolicy } from '../content/use-policy-draft.ts';

export interface RestoreDialogProps {
  policy: LoadedPolicy;
  version: number;
  onRestored(): void;
  onCancel(): void;
}

/** Shows what taking a version back changes, from how the policy is now. */
export function RestoreDialog({ policy, version, onRestored, onCancel }: RestoreDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const [comment, setComment] = useState('');
  const [isMeant, setMeant] = useState(false);
  const { policyId, version: current } = policy.stored;
  const params = { policyId, version };
  const { data } = usePolling(
    `${policyId} ${version} restore ${current}`,
    (signal) => api(compareRecordingPolicyVersions, { params, query: { against: current } }, signal),
    undefined,
  );
  const restore = async () => {
    const body = { expectedVersion: current, comment, confirmsActive: isMeant };
    const { policy: next } = await api(restoreRecordingPolicyVersion, { params, body });
    notify({ type: 'success', text: t('policies.restore.done', { version, next: next.version }) });
    onRestored();
  };
  return (
    <AskDialog
      title={t('policies.restore.title', { version })}
      confirm={t('policies.restore.confirm')}
      size="large"
      isConfirmable={data !== undefined && (!policy.isActive || isMeant)}
      onConfirm={restore}
      onCancel={onCancel}
    >
      <Box variant="p">{t('policies.restore.detail', { next: current + 1 })}</Box>
      <SpaceBetween size="xs">
        <Box variant="h3">{t('policies.restore.changes')}</Box>
        {data === undefined ? (
          <StatusIndicator type="loading">{t('policies.loading')}</StatusIndicator>
        ) : (
          <ChangesList changes={data.changes} empty={t('policies.change.none')} />
        )}
      </SpaceBetween>
      {policy.hasUnsaved && <Alert type="warning">{t('policies.restore.unsaved')}</Alert>}
      <FormField label={t('policies.save.comment')} description={t('policies.save.comment-help')}>
        <Textarea value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 1000))} rows={2} />
      </FormField>
      {policy.isActive && (
        <Alert type="warning" header={t('policies.save.active-title')}>
          <SpaceBetween size="s">
            <Box>{t('policies.save.active-detail')}</Box>
            <Checkbox checked={isMeant} onChange={({ detail }) => setMeant(detail.checked)}>
              {t('policies.save.active-meant')}
            </Checkbox>
          </SpaceBetween>
        </Alert>
      )}
    </AskDialog>
  );
}
