import type { NoticeReport, Session } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import '../../policies/content/policies.css';

const marks: Record<NoticeReport['answer'], StatusIndicatorProps.Type> = {
  shown: 'info',
  dismissed: 'success',
  accepted: 'success',
  declined: 'stopped',
  'not-shown': 'warning',
};

/** What the user was told, and how it was answered. */
export function SessionNotices({ notices }: Pick<Session, 'notices'>) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <Header variant="h3">{t('sessions.panel.notices')}</Header>
      {notices.length === 0 && <Box color="text-body-secondary">{t('sessions.panel.no-notices')}</Box>}
      <ul className="policy-lines">
        {notices.map(({ answer, at, language, messagesVersion, reason }) => (
          <li key={`${at} ${answer}`}>
            <StatusIndicator type={marks[answer]}>{t(`sessions.notice.${answer}`)}</StatusIndicator>
            <Box variant="small" display="block" color="text-body-secondary">
              {t('sessions.notice.detail', {
                at: formatMoment(at, i18n.language),
                language,
                version: messagesVersion,
              })}
              {reason === undefined ? '' : ` ${reason}`}
            </Box>
          </li>
        ))}
      </ul>
    </div>
  );
}
