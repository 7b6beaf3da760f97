import { type RecordingOptions, recordingOptionsSchema } from '@afterimage/contracts';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AskDialog } from '../content/ask-dialog.tsx';
import type { EditDialogProps } from './details-dialog.tsx';
import { type OptionField, optionFields, optionValue } from './option-fields.ts';

type Texts = Record<OptionField, string>;

/** How all recordings of the policy are made; each number is checked as it is typed. */
export function OptionsDialog({ content, onEdit, onClose }: EditDialogProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<Texts>(() => textsOf(content.options));
  const parsed = recordingOptionsSchema.safeParse(optionsOf(texts));
  const isWrong = (field: OptionField) =>
    parsed.error?.issues.some(({ path }) => path.at(-1) === field) === true || texts[field].trim() === '';
  const apply = async () => {
    if (!parsed.success) return;
    const options = parsed.data;
    onEdit((now) => ({ ...now, options }));
    onClose();
  };
  return (
    <AskDialog
      title={t('policies.options.title')}
      confirm={t('policies.details.apply')}
      isConfirmable={parsed.success && !optionFields.some(isWrong)}
      onConfirm={apply}
      onCancel={onClose}
    >
      {optionFields.map((field) => (
        <FormField
          key={field}
          label={t(`policies.options.${field}`)}
          description={t(`policies.options.${field}-help`)}
          constraintText={t(`policies.options.${field}-range`)}
          {...(isWrong(field) ? { errorText: t('policies.options.wrong') } : {})}
        >
          <Input
            type="number"
            value={texts[field]}
            onChange={({ detail }) => setTexts((now) => ({ ...now, [field]: detail.value }))}
          />
        </FormField>
      ))}
    </AskDialog>
  );
}

function textsOf(options: RecordingOptions): Texts {
  const text = (field: OptionField) => String(optionValue(options, field));
  return {
    uploadIntervalSeconds: text('uploadIntervalSeconds'),
    keyImageIntervalSeconds: text('keyImageIntervalSeconds'),
    maxBitsPerSecond: text('maxBitsPerSecond'),
    sizeMb: text('sizeMb'),
    hours: text('hours'),
  };
}

function optionsOf({ sizeMb, hours, ...others }: Texts): unknown {
  return {
    uploadIntervalSeconds: Number(others.uploadIntervalSeconds),
    keyImageIntervalSeconds: Number(others.keyImageIntervalSeconds),
    maxBitsPerSecond: Number(others.maxBitsPerSecond),
    rollover: { sizeMb: Number(sizeMb), hours: Number(hours) },
  };
}
