import { revokeScimToken, type ScimToken } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';

export interface RevokeDialogProps {
  token: ScimToken;
  onDone(): void;
  onCancel(): void;
}

export function RevokeDialog({ token: { scimTokenId, name }, onDone, onCancel }: RevokeDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const revoke = async () => {
    await api(revokeScimToken, { params: { scimTokenId } });
    notify({ type: 'success', text: t('directory.scim.revoke.done', { name }) });
    onDone();
  };
  return (
    <AskDialog
      title={t('directory.scim.revoke.title', { name })}
      confirm={t('directory.scim.revoke.confirm')}
      onConfirm={revoke}
      onCancel={onCancel}
    >
      <Box variant="p">{t('directory.scim.revoke.detail')}</Box>
    </AskDialog>
  );
}
