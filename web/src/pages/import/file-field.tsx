import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { useTranslation } from 'react-i18next';
import type { ChosenFile } from './use-chosen-file.ts';

export interface FileFieldProps {
  label: string;
  description: string;
  /** What the service takes. */
  limits: string;
  /** Where the file is more than that: what to do. */
  tooLarge: string;
  /** As the browser's file dialog wants it: `.csv,text/csv`. */
  accept: string;
  chosen: ChosenFile;
}

/** Where a file is chosen or dropped; says why it is none that can be imported. */
export function FileField({ label, description, limits, tooLarge, accept, chosen }: FileFieldProps) {
  const { t } = useTranslation();
  const { file, fault, choose } = chosen;
  return (
    <FormField
      label={label}
      description={description}
      constraintText={limits}
      errorText={fault && (fault === 'too-large' ? tooLarge : t(`import.fault.${fault}`))}
    >
      <FileUpload
        accept={accept}
        showFileSize
        value={file === undefined ? [] : [file]}
        onChange={({ detail }) => choose(detail.value[0])}
        i18nStrings={{
          uploadButtonText: () => t('import.choose'),
          dropzoneText: () => t('import.drop'),
          removeFileAriaLabel: () => t('import.remove'),
        }}
      />
    </FormField>
  );
}
