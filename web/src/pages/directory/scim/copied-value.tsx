import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { useTranslation } from 'react-i18next';

/** A value that is given to another program: shown whole, copied with a click. */
export function CopiedValue({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={value}
      copyButtonAriaLabel={t('directory.copy', { what: label })}
      copySuccessText={t('directory.copied')}
      copyErrorText={t('directory.not-copied')}
    />
  );
}
