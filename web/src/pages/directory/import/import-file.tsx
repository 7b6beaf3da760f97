import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { FileField } from '../../import/file-field.tsx';
import type { ChosenFile } from '../../import/use-chosen-file.ts';

export type ImportMode = 'merge' | 'replace';

const modes: readonly ImportMode[] = ['merge', 'replace'];

export interface ImportFileProps {
  chosen: ChosenFile;
  mode: ImportMode;
  onMode(mode: ImportMode): void;
}

/** Which file, and what happens with those whom it does not name. */
export function ImportFile({ chosen, mode, onMode }: ImportFileProps) {
  const { t } = useTranslation();
  return (
    <SpaceBetween size="l">
      <FormField label={t('directory.import.missing')}>
        <RadioGroup
          value={mode}
          items={modes.map((value) => ({
            value,
            label: t(`directory.import.mode.${value}.name`),
            description: t(`directory.import.mode.${value}.detail`),
          }))}
          onChange={({ detail }) => onMode(detail.value === 'replace' ? 'replace' : 'merge')}
        />
      </FormField>
      <FileField
        label={t('directory.import.file')}
        description={t('directory.import.help')}
        limits={t('directory.import.limits')}
        tooLarge={t('directory.import.too-large')}
        accept=".csv,text/csv"
        chosen={chosen}
      />
    </SpaceBetween>
  );
}
