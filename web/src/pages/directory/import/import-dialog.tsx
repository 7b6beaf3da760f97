import { ApiProblem, importDirectory } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import type { ImportMode } from './import-file.tsx';
import type { ImportAnswer } from './import-section.tsx';

export interface ImportDialogProps {
  csv: string;
  mode: ImportMode;
  /** What the dry run said. */
  expected: ImportAnswer;
  onDone(): void;
  /** What the file names has been changed since the dry run, so that it has faults now. */
  onRefused(): void;
  onCancel(): void;
}

/** Writes what the dry run has shown. */
export function ImportDialog({ csv, mode, expected, onDone, onRefused, onCancel }: ImportDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const [isCutOff, setCutOff] = useState(false);
  const write = async () => {
    setCutOff(false);
    const answer = await api(importDirectory, { body: { csv, mode } }).catch((error: unknown) => {
      setCutOff(!isRefusal(error));
      throw error;
    });
    if (answer.errors.length > 0) return onRefused();
    const { added, changed, removed } = answer.users;
    notify({ type: 'success', text: t('directory.import.done', { added, changed, removed }) });
    onDone();
  };
  const { users, groups } = expected;
  return (
    <AskDialog
      title={t('directory.import.ask.title')}
      confirm={t('import.import')}
      onConfirm={write}
      onCancel={onCancel}
    >
      <Box variant="p">{t('directory.import.ask.users', users)}</Box>
      <Box variant="p">{t('directory.import.ask.groups', groups)}</Box>
      {users.removed + groups.removed > 0 && <Alert type="warning">{t('directory.import.ask.removes')}</Alert>}
      {isCutOff && <Alert type="info">{t('directory.import.ask.cut-off')}</Alert>}
    </AskDialog>
  );
}

/** The service has said no, and so has written nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && error.kind !== 'unreachable' && error.problem.status < 500;
}
