import { deleteViewingPolicy, type ViewingPolicy } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { ViewingRuleLines } from '../content/viewing-rule-line.tsx';

export interface DeleteViewingDialogProps {
  policy: ViewingPolicy;
  /** Without it there is none, and everybody sees everything again. */
  isLast: boolean;
  onDone(): void;
  onClose(): void;
}

export function DeleteViewingDialog({ policy, isLast, onDone, onClose }: DeleteViewingDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const { name, policyId, rules } = policy;
  const remove = async () => {
    await api(deleteViewingPolicy, { params: { policyId } });
    notify({ type: 'success', text: t('policies.delete.done', { name }) });
    onClose();
    onDone();
  };
  return (
    <AskDialog
      title={t('policies.delete.title', { name })}
      confirm={t('viewing.delete.confirm')}
      onConfirm={remove}
      onCancel={onClose}
    >
      {rules.length > 0 && <ViewingRuleLines rules={rules} />}
      {isLast ? (
        <Alert type="warning">{t('viewing.delete.last')}</Alert>
      ) : (
        <Box variant="p">{t('viewing.delete.effect')}</Box>
      )}
      <Box color="text-body-secondary">{t('viewing.at-once')}</Box>
    </AskDialog>
  );
}
