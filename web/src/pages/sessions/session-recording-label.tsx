import type { SessionRecording } from '@afterimage/contracts';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';

/** How a session is recorded now, as a word with a mark. */
export function SessionRecordingLabel({ recording }: { recording: SessionRecording }) {
  const { t } = useTranslation();
  switch (recording.status) {
    case 'recording':
      return (
        <StatusIndicator type="in-progress" colorOverride="green">
          {t(`sessions.recording.${recording.content ?? 'screen'}`)}
        </StatusIndicator>
      );
    case 'pending':
      return <StatusIndicator type="pending">{t('sessions.recording.pending')}</StatusIndicator>;
    case 'not-recorded':
      return <StatusIndicator type="stopped">{t('sessions.recording.not-recorded')}</StatusIndicator>;
  }
}
