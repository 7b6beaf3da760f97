import { deleteRecordingPolicy, type RecordingPolicySummary } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';

export interface DeleteDialogProps {
  policy: Pick<RecordingPolicySummary, 'policyId' | 'name'>;
  onDone(): void;
  onCancel(): void;
}

/** POL-013: yes or no. */
export function DeleteDialog({ policy, onDone, onCancel }: DeleteDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const remove = async () => {
    await api(deleteRecordingPolicy, { params: { policyId: policy.policyId } });
    notify({ type: 'success', text: t('policies.delete.done', { name: policy.name }) });
    onDone();
  };
  return (
    <AskDialog
      title={t('policies.delete.title', { name: policy.name })}
      confirm={t('common.yes')}
      decline={t('common.no')}
      onConfirm={remove}
      onCancel={onCancel}
    >
      <Box variant="p">{t('policies.delete.effect')}</Box>
    </AskDialog>
  );
}
