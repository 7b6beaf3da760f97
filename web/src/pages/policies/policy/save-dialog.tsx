import { ApiProblem, changeRecordingPolicy, diffPolicies } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';
import { ChangesList } from '../content/changes-list.tsx';
import { problemsOf, storableOf } from '../content/storable-policy.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';

export interface SaveDialogProps {
  policy: LoadedPolicy;
  draft: PolicyDraft;
  onClose(): void;
}

/** Shows what saving changes; of the active policy it must be meant (POL-009). */
export function SaveDialog({ policy, draft, onClose }: SaveDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const [comment, setComment] = useState('');
  const [isMeant, setMeant] = useState(false);
  const { stored, content, isActive } = policy;
  const problems = problemsOf(content);
  const [wasRefusedAsActive, setRefusedAsActive] = useState(false);
  const asksForActive = isActive || wasRefusedAsActive;
  const save = async () => {
    try {
      const { policy: next } = await api(changeRecordingPolicy, {
        params: { policyId: stored.policyId },
        body: { expectedVersion: stored.version, draft: storableOf(content), comment, confirmsActive: isMeant },
      });
      draft.take(next);
      notify({ type: 'success', text: t('policies.save.done', { name: next.name, version: next.version }) });
      onClose();
    } catch (error) {
      const kind = error instanceof ApiProblem ? error.kind : undefined;
      if (kind === 'policy-changed') {
        draft.reload();
        onClose();
        return;
      }
      if (kind === 'confirmation-required') setRefusedAsActive(true);
      throw error;
    }
  };
  return (
    <AskDialog
      title={t('policies.save.title', { version: stored.version + 1 })}
      confirm={t('policies.save.confirm')}
      decline={t('policies.save.go-on')}
      size="large"
      isConfirmable={problems.length === 0 && (!asksForActive || isMeant)}
      onConfirm={save}
      onCancel={onClose}
    >
      <SpaceBetween size="xs">
        <Box variant="h3">{t('policies.save.changes')}</Box>
        <ChangesList changes={diffPolicies(stored, content)} empty={t('policies.change.none')} />
      </SpaceBetween>
      <FormField label={t('policies.save.comment')} description={t('policies.save.comment-help')}>
        <Textarea value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 1000))} rows={2} />
      </FormField>
      {asksForActive && (
        <Alert type="warning" header={t('policies.save.active-title')}>
          <SpaceBetween size="s">
            <Box>{t('policies.save.active-detail')}</Box>
            <Checkbox checked={isMeant} onChange={({ detail }) => setMeant(detail.checked)}>
              {t('policies.save.active-meant')}
            </Checkbox>
          </SpaceBetween>
        </Alert>
      )}
      {problems.length > 0 && (
        <Alert type="error" header={t('policies.save.not-valid')}>
          <ul className="policy-points">
            {problems.slice(0, 10).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Alert>
      )}
    </AskDialog>
  );
}
