import {
  type DirectoryGroupId,
  type DirectoryUser,
  type DirectoryUserId,
  deleteDirectoryGroup,
  deleteDirectoryUser,
} from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { useNotify } from '../../shell/notifications.tsx';
import { AskDialog } from '../policies/content/ask-dialog.tsx';

type LeavingEntry = { name: string; source: DirectoryUser['source'] } & (
  | { kind: 'person'; id: DirectoryUserId }
  | { kind: 'group'; id: DirectoryGroupId }
);

export interface RemoveButtonProps {
  entry: LeavingEntry;
  onRemoved(): void;
}

/** Takes a person or a group out of the directory, and says before what that ends. */
export function RemoveButton({ entry, onRemoved }: RemoveButtonProps) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t(`directory.remove.${entry.kind}.ask`)}</Button>
      {isAsking && <RemoveDialog entry={entry} onDone={onRemoved} onCancel={() => setAsking(false)} />}
    </>
  );
}

interface RemoveDialogProps {
  entry: LeavingEntry;
  onDone(): void;
  onCancel(): void;
}

function RemoveDialog({ entry, onDone, onCancel }: RemoveDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const { kind, name, source } = entry;
  const remove = async () => {
    if (entry.kind === 'person') await api(deleteDirectoryUser, { params: { userId: entry.id } });
    else await api(deleteDirectoryGroup, { params: { groupId: entry.id } });
    notify({ type: 'success', text: t('directory.remove.done', { name }) });
    onDone();
  };
  return (
    <AskDialog
      title={t(`directory.remove.${kind}.title`, { name })}
      confirm={t('directory.remove.confirm')}
      onConfirm={remove}
      onCancel={onCancel}
    >
      <Box variant="p">{t(`directory.remove.${kind}.detail`)}</Box>
      <Alert type={source === 'scim' ? 'warning' : 'info'}>{t(`directory.remove.comes-back-${source}`)}</Alert>
    </AskDialog>
  );
}
