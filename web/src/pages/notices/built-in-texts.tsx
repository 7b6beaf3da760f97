import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useTranslation } from 'react-i18next';

export interface BuiltInText {
  language: string;
  title: string;
  body: string;
  consentBody: string;
}

/** What stands in where nobody wrote a message. */
export function BuiltInTexts({ texts, requiresConsent }: { texts: readonly BuiltInText[]; requiresConsent: boolean }) {
  const { t } = useTranslation();
  return (
    <ExpandableSection variant="container" headerText={t('notices.built-in.title')}>
      <KeyValuePairs
        columns={2}
        items={texts.map(({ language, title, body, consentBody }) => ({
          label: `${language}: ${title}`,
          value: requiresConsent ? consentBody : body,
        }))}
      />
    </ExpandableSection>
  );
}
