import { createRecordingPolicy, labelSchema, type RecordingPolicySummary } from '@afterimage/contracts';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';

export interface CreateDialogProps {
  copyOf?: Pick<RecordingPolicySummary, 'policyId' | 'name'>;
  onCancel(): void;
}

/** Makes an empty policy or a copy, and opens it. */
export function CreateDialog({ copyOf, onCancel }: CreateDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const [name, setName] = useState(
    copyOf === undefined ? t('policies.create.default-name') : t('policies.copy.default-name', { name: copyOf.name }),
  );
  const [description, setDescription] = useState('');
  const isName = labelSchema.safeParse(name).success;
  const create = async () => {
    const draft = { name, ...(description.trim() === '' ? {} : { description }) };
    const copied = copyOf === undefined ? {} : { copyOf: copyOf.policyId };
    const { policy } = await api(createRecordingPolicy, { body: { ...copied, draft, comment: '' } });
    void navigate(`/policies/recording/${policy.policyId}`);
  };
  return (
    <AskDialog
      title={copyOf === undefined ? t('policies.create.title') : t('policies.copy.title', { name: copyOf.name })}
      confirm={t(copyOf === undefined ? 'policies.create.confirm' : 'policies.copy.confirm')}
      isConfirmable={isName}
      onConfirm={create}
      onCancel={onCancel}
    >
      <FormField
        label={t('policies.details.name')}
        {...(isName ? {} : { errorText: t('policies.details.name-error') })}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
      </FormField>
      <FormField label={t('policies.details.description')} description={t('policies.details.description-help')}>
        <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} rows={3} />
      </FormField>
    </AskDialog>
  );
}
