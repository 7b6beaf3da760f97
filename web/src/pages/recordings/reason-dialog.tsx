import { ApiProblem, reasonSchema } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface ReasonDialogProps {
  /** Under `recordings.keeping`: its title, explanation and button. */
  action: 'hold' | 'release' | 'erase';
  /** Rejects with `ApiProblem` when it was refused; the dialog then says why and stays. */
  onConfirm(reason: string): Promise<void>;
  onCancel(): void;
}

/** Asks for the reason that the audit keeps. What can't be undone wants to be ticked as well. */
export function ReasonDialog({ action, onConfirm, onCancel }: ReasonDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [isUnderstood, setUnderstood] = useState(action !== 'erase');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isReason = reasonSchema.safeParse(reason).success;
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm(reason.trim());
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : t('problems.internal.detail'));
      setBusy(false);
    }
  };
  return (
    <Modal
      visible
      header={t(`recordings.keeping.${action}.title`)}
      closeAriaLabel={t('recordings.keeping.cancel')}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              {t('recordings.keeping.cancel')}
            </Button>
            <Button
              variant="primary"
              loading={isBusy}
              disabled={!isReason || !isUnderstood}
              onClick={() => void confirm()}
            >
              {t(`recordings.keeping.${action}.confirm`)}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box variant="p">{t(`recordings.keeping.${action}.effect`)}</Box>
        <FormField label={t('recordings.keeping.reason')} constraintText={t('recordings.keeping.reason-constraint')}>
          <Textarea value={reason} onChange={({ detail }) => setReason(detail.value)} autoFocus rows={3} />
        </FormField>
        {action === 'erase' && (
          <Checkbox checked={isUnderstood} onChange={({ detail }) => setUnderstood(detail.checked)}>
            {t('recordings.keeping.understood')}
          </Checkbox>
        )}
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
      </SpaceBetween>
    </Modal>
  );
}
