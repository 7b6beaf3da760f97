import {
  ApiProblem,
  getRecording,
  makeProblem,
  type ProblemName,
  type Recording,
  type RecordingId,
  recordingIdSchema,
} from '@afterimage/contracts';
import { type PlaybackFailureKind, parsePosition } from '@afterimage/player';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { findListed, isFinished } from './listed-recordings.ts';
import { PlayerAbsent } from './player-absent.tsx';
import { PlayerView } from './player-view.tsx';
import { usePlaybackOpening } from './use-playback-opening.ts';
import './player.css';

export { prepareToPlay } from './warm-up.ts';

const refreshIntervalMs = 5000;

/** A finished recording is not asked for again. */
const pauseAfter = (recording: Recording | undefined) =>
  recording !== undefined && isFinished(recording) ? undefined : refreshIntervalMs;

/** `/recordings/ID?t=12.3s` */
export default function PlayerPage() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const { recordingId: idText = '' } = useParams();
  const [parameters] = useSearchParams();
  const id = recordingIdSchema.safeParse(idText).data;
  const opening = usePlaybackOpening(id, parsePosition(parameters.get('t')));
  const load = async (signal: AbortSignal) => {
    if (id === undefined) throw refusal('recording-not-found');
    const { recording: found } = await api(getRecording, { params: { recordingId: id } }, signal);
    if (found.state === 'erasing' || found.state === 'erased') throw refusal('recording-erased');
    return found;
  };
  const [begunId, setBegunId] = useState<RecordingId>();
  const [withdrawal, setWithdrawal] = useState<{ id: RecordingId; kind: PlaybackFailureKind }>();
  const withdrawn = withdrawal?.id === id ? withdrawal?.kind : undefined;
  const listed = findListed(id);
  // What the list knew shows the first picture as well: asking again comes after it.
  const isAsked = withdrawn === undefined && (listed === undefined || begunId === id);
  const { data, error, refresh } = usePolling(isAsked ? idText : undefined, load, pauseAfter);
  const known = data ?? (error === undefined ? listed : undefined);
  const recording = withdrawn === undefined ? known : undefined;
  usePageFrame({
    title:
      recording === undefined
        ? t('player.title')
        : t('recordings.panel.title', { user: recording.attributes.user.value, host: recording.attributes.host.value }),
    isImmersive: true,
  });
  if (recording !== undefined && opening !== undefined) {
    return (
      <PlayerView
        key={recording.recordingId}
        recording={recording}
        opening={opening}
        onBegun={() => setBegunId(id)}
        onWithdrawn={(kind) => setWithdrawal({ id: recording.recordingId, kind })}
      />
    );
  }
  return <PlayerAbsent withdrawn={withdrawn} error={error} onRetry={refresh} />;
}

/** What the API would answer, known beforehand. */
function refusal(name: ProblemName): ApiProblem {
  return new ApiProblem(makeProblem(name));
}
