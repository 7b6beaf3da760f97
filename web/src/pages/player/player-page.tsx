import { ApiProblem, getRecording, makeProblem, type ProblemName, recordingIdSchema } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { PlayerView } from './player-view.tsx';
import './player.css';

const refreshIntervalMs = 5000;

/** `/recordings/ID?t=12.3s` */
export default function PlayerPage() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const navigate = useNavigate();
  const { recordingId: idText = '' } = useParams();
  const [isFinished, setFinished] = useState(false);
  const load = async (signal: AbortSignal) => {
    const id = recordingIdSchema.safeParse(idText).data;
    if (id === undefined) throw refusal('recording-not-found');
    const { recording: found } = await api(getRecording, { params: { recordingId: id } }, signal);
    if (found.state === 'erasing' || found.state === 'erased') throw refusal('recording-erased');
    setFinished(['complete', 'partial', 'failed'].includes(found.state));
    return found;
  };
  const { data: recording, error, refresh } = usePolling(idText, load, isFinished ? undefined : refreshIntervalMs);
  usePageFrame({
    title:
      recording === undefined
        ? t('player.title')
        : t('recordings.panel.title', { user: recording.attributes.user.value, host: recording.attributes.host.value }),
    isImmersive: true,
  });
  if (recording !== undefined) return <PlayerView key={recording.recordingId} recording={recording} />;
  return (
    <Box padding="xxl">
      {error === undefined ? (
        <StatusIndicator type="loading">{t('player.loading')}</StatusIndicator>
      ) : (
        <>
          <ProblemAlert error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
          <Box margin={{ top: 'm' }}>
            <Button onClick={() => void navigate('/recordings')}>{t('common.back')}</Button>
          </Box>
        </>
      )}
    </Box>
  );
}

/** What the API would answer, known beforehand. */
function refusal(name: ProblemName): ApiProblem {
  return new ApiProblem(makeProblem(name));
}
