import { labelSchema } from '@afterimage/contracts';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AskDialog } from '../content/ask-dialog.tsx';
import type { PolicyContent } from '../content/policy-content.ts';
import type { PolicyDraft } from '../content/use-policy-draft.ts';

export interface EditDialogProps {
  content: PolicyContent;
  onEdit: PolicyDraft['edit'];
  onClose(): void;
}

export function DetailsDialog({ content, onEdit, onClose }: EditDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(content.name);
  const [description, setDescription] = useState(content.description);
  const isName = labelSchema.safeParse(name).success;
  const apply = async () => {
    onEdit((now) => ({ ...now, name: name.trim(), description: description.trim() }));
    onClose();
  };
  return (
    <AskDialog
      title={t('policies.details.title')}
      confirm={t('policies.details.apply')}
      isConfirmable={isName}
      onConfirm={apply}
      onCancel={onClose}
    >
      <FormField
        label={t('policies.details.name')}
        {...(isName ? {} : { errorText: t('policies.details.name-error') })}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
      </FormField>
      <FormField label={t('policies.details.description')} description={t('policies.details.description-help')}>
        <Textarea value={description} onChange={({ detail }) => setDescription(detail.value.slice(0, 1000))} rows={4} />
      </FormField>
    </AskDialog>
  );
}
