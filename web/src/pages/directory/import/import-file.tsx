import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import type { CsvFileFault } from './read-csv-file.ts';

export type ImportMode = 'merge' | 'replace';

const modes: readonly ImportMode[] = ['merge', 'replace'];

export interface ImportFileProps {
  file: File | undefined;
  fault: CsvFileFault | undefined;
  mode: ImportMode;
  onChoose(file: File | undefined): void;
  onMode(mode: ImportMode): void;
}

/** Which file, and what happens with those whom it does not name. */
export function ImportFile({ file, fault, mode, onChoose, onMode }: ImportFileProps) {
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
      <FormField
        label={t('directory.import.file')}
        description={t('directory.import.help')}
        constraintText={t('directory.import.limits')}
        errorText={fault && t(`directory.import.fault.${fault}`)}
      >
        <FileUpload
          accept=".csv,text/csv"
          showFileSize
          value={file === undefined ? [] : [file]}
          onChange={({ detail }) => onChoose(detail.value[0])}
          i18nStrings={{
            uploadButtonText: () => t('directory.import.choose'),
            dropzoneText: () => t('directory.import.drop'),
            removeFileAriaLabel: () => t('directory.import.remove'),
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}
