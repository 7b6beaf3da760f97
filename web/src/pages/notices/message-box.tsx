import { languageSchema, type NoticeText } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useTranslation } from 'react-i18next';
import { NoticePreview } from './notice-preview.tsx';

export interface MessageBoxProps {
  title: string;
  text: NoticeText;
  /** Absent: for every language without a message. */
  language?: string;
  isDuplicate?: boolean;
  requiresConsent: boolean;
  onChange(part: Partial<NoticeText & { language: string }>): void;
  onRemove(): void;
}

/** One message, beside what its reader will see. */
export function MessageBox(props: MessageBoxProps) {
  const { title, text, language, isDuplicate = false, requiresConsent, onChange, onRemove } = props;
  const { t } = useTranslation();
  const isLanguage = languageSchema.safeParse(language).success;
  const languageError = isDuplicate ? 'duplicate' : language === '' || isLanguage ? undefined : 'malformed';
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button ariaLabel={t('notices.remove-of', { title })} onClick={onRemove}>
              {t('notices.remove')}
            </Button>
          }
        >
          {title}
        </Header>
      }
    >
      <ColumnLayout columns={2}>
        <SpaceBetween size="s">
          {language !== undefined && (
            <FormField
              label={t('notices.field.language')}
              description={t('notices.field.language-detail')}
              errorText={languageError && t(`notices.field.language-${languageError}`)}
            >
              <Input value={language} onChange={({ detail }) => onChange({ language: detail.value.trim() })} />
            </FormField>
          )}
          <FormField label={t('notices.field.title')}>
            <Input value={text.title} onChange={({ detail }) => onChange({ title: detail.value })} />
          </FormField>
          <FormField label={t('notices.field.body')}>
            <Textarea value={text.body} rows={4} onChange={({ detail }) => onChange({ body: detail.value })} />
          </FormField>
        </SpaceBetween>
        <NoticePreview text={text} requiresConsent={requiresConsent} />
      </ColumnLayout>
    </Container>
  );
}
