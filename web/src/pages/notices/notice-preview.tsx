import type { NoticeText } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';

/** The words and buttons of the dialog on the recorded host; nothing in it can be pressed. */
export function NoticePreview({ text, requiresConsent }: { text: NoticeText; requiresConsent: boolean }) {
  const { t } = useTranslation();
  const buttons = requiresConsent ? ['ok', 'cancel'] : ['ok'];
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">{t('notices.preview.title')}</Box>
      <Container
        footer={<Box textAlign="right">{buttons.map((one) => `[ ${t(`notices.preview.${one}`)} ]`).join('  ')}</Box>}
      >
        <Box fontWeight="bold">{text.title || t('notices.preview.no-title')}</Box>
        <div style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text.body || t('notices.preview.no-body')}
        </div>
      </Container>
    </SpaceBetween>
  );
}
