import { listRecordingNotices, type RecordingId } from '@afterimage/contracts';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { SessionNotices } from '../sessions/panel/session-notices.tsx';

/** What the recorded user was told in the session, and what they answered. Read when the recording is chosen. */
export function RecordingNotices({ recordingId }: { recordingId: RecordingId }) {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const { data, error, refresh } = usePolling(
    recordingId,
    (signal) => api(listRecordingNotices, { params: { recordingId } }, signal),
    undefined,
  );
  if (data !== undefined) return <SessionNotices notices={data.notices} />;
  if (error !== undefined) {
    return <ProblemAlert error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />;
  }
  return <StatusIndicator type="loading">{t('recordings.panel.loading-notices')}</StatusIndicator>;
}
