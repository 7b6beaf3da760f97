import { ApiProblem } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface AskDialogProps {
  title: string;
  /** What is done, in a word: Save, Delete, Activate. */
  confirm: string;
  /** Default: Cancel. */
  decline?: string;
  isConfirmable?: boolean;
  size?: ModalProps.Size;
  /** More buttons, left of the others. */
  extra?: ReactNode;
  /** Rejects when it was refused; the dialog then says why and stays. */
  onConfirm(): Promise<void>;
  onCancel(): void;
  children: ReactNode;
}

/** Asks before something is done, and says so when it could not be done. */
export function AskDialog(props: AskDialogProps) {
  const {
    title,
    confirm,
    decline,
    isConfirmable = true,
    size = 'medium',
    extra,
    onConfirm,
    onCancel,
    children,
  } = props;
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
    } catch (error) {
      setProblem(problemText(error) ?? t('problems.internal.detail'));
      setBusy(false);
    }
  };
  return (
    <Modal
      visible
      size={size}
      header={title}
      closeAriaLabel={t('common.close')}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {extra}
            <Button variant="link" onClick={onCancel}>
              {decline ?? t('common.cancel')}
            </Button>
            <Button variant="primary" loading={isBusy} disabled={!isConfirmable} onClick={() => void run()}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {problem !== undefined && <Alert type="error">{problem}</Alert>}
      </SpaceBetween>
    </Modal>
  );
}

function problemText(error: unknown): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const places = (error.problem.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return [error.message, ...places].join(' ');
}
