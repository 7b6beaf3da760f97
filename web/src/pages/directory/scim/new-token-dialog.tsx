import { createScimToken } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { CopiedValue } from './copied-value.tsx';

const { name: nameSchema, validForDays: daysSchema } = createScimToken.body.shape;
const usualDays = '365';

export interface NewTokenDialogProps {
  scimUrl: string;
  onCreated(): void;
  onClose(): void;
}

/** Makes a token and shows it: the only time that anybody sees it. */
export function NewTokenDialog({ scimUrl, onCreated, onClose }: NewTokenDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const [name, setName] = useState('');
  const [days, setDays] = useState(usualDays);
  const [token, setToken] = useState<string>();
  if (token !== undefined) return <TokenShown token={token} scimUrl={scimUrl} onClose={onClose} />;
  const isNamed = nameSchema.safeParse(name).success;
  const validForDays = daysSchema.safeParse(days === '' ? Number.NaN : Number(days));
  const create = async () => {
    if (!validForDays.success) return;
    const created = await api(createScimToken, { body: { name, validForDays: validForDays.data } });
    setToken(created.token);
    onCreated();
  };
  return (
    <AskDialog
      title={t('directory.scim.create.title')}
      confirm={t('directory.scim.create.confirm')}
      isConfirmable={isNamed && validForDays.success}
      onConfirm={create}
      onCancel={onClose}
    >
      <FormField
        label={t('directory.scim.create.name')}
        description={t('directory.scim.create.name-detail')}
        errorText={name !== '' && !isNamed && t('directory.scim.create.name-wrong')}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField
        label={t('directory.scim.create.days')}
        description={t('directory.scim.create.days-detail')}
        errorText={!validForDays.success && t('directory.scim.create.days-wrong')}
      >
        <Input type="number" inputMode="numeric" value={days} onChange={({ detail }) => setDays(detail.value)} />
      </FormField>
    </AskDialog>
  );
}

/** Only its button closes it, so that a click beside it does not lose the token. */
function TokenShown({ token, scimUrl, onClose }: { token: string; scimUrl: string; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      visible
      header={t('directory.scim.created.title')}
      closeAriaLabel={t('common.close')}
      onDismiss={({ detail }) => detail.reason === 'overlay' || onClose()}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {t('directory.scim.created.close')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{t('directory.scim.created.once')}</Alert>
        <KeyValuePairs
          items={[
            {
              label: t('directory.scim.address'),
              value: <CopiedValue value={scimUrl} label={t('directory.scim.address')} />,
            },
            {
              label: t('directory.scim.created.token'),
              value: <CopiedValue value={token} label={t('directory.scim.created.token')} />,
            },
          ]}
        />
      </SpaceBetween>
    </Modal>
  );
}
