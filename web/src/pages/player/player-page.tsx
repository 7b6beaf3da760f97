import { ApiProblem, getRecording, type Recording, recordingIdSchema } from '@afterimage/contracts';
import { parsePosition, playbackSpeeds } from '@afterimage/player';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { formatDuration, formatMoment } from '../../time/format.ts';
import { usePolling } from '../../time/use-polling.ts';
import { RecordingStateLabel } from '../recordings/recording-state-label.tsx';
import { PlayerControls } from './player-controls.tsx';
import { PlayerEvents, useRecordedEvents } from './player-events.tsx';
import { PlayerStage } from './player-stage.tsx';
import './player.css';
import { SeekBar } from './seek-bar.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { actionOf, type PlayerAction } from './shortcuts.ts';
import { usePlayer, usePlayerState } from './use-player.ts';

/** `/recordings/ID?t=12.3s` */
export function PlayerPage() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const id = recordingIdSchema.safeParse(useParams().recordingId).data;
  const load = useCallback(
    async (signal: AbortSignal) => {
      if (id === undefined)
        throw new ApiProblem({ type: 'urn:afterimage:problem:recording-not-found', title: '', status: 404 });
      return (await api(getRecording, { params: { recordingId: id } }, signal)).recording;
    },
    [api, id],
  );
  const { data: recording, error, refresh } = usePolling(load, 5000);
  usePageFrame({
    title:
      recording === undefined
        ? t('player.title')
        : t('recordings.panel.title', { user: recording.attributes.user.value, host: recording.attributes.host.value }),
    isImmersive: true,
  });
  if (recording !== undefined) return <PlayerView recording={recording} />;
  return (
    <Box padding="xxl">
      {error === undefined ? (
        <StatusIndicator type="loading">{t('player.loading')}</StatusIndicator>
      ) : (
        <>
          <ProblemAlert error={error} onRetry={refresh} />
          <Box margin={{ top: 'm' }}>
            <Button onClick={() => void navigate('/recordings')}>{t('common.back')}</Button>
          </Box>
        </>
      )}
    </Box>
  );
}

function PlayerView({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const picture = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const startAtMs = parsePosition(parameters.get('t'));
  const player = usePlayer(recording, { picture, pointer }, startAtMs);
  const state = usePlayerState(player);
  const recorded = useRecordedEvents(recording);
  const [scale, setScale] = useState<'fit' | 'original'>('fit');
  const [isAbsolute, setAbsolute] = useState(() => window.localStorage.getItem('afterimage.absolute-time') === 'true');
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isFullScreen, setFullScreen] = useState(false);
  const startedAtMs = Date.parse(recording.startedAt);
  const formatTime = useCallback(
    (positionMs: number) =>
      isAbsolute ? formatMoment(startedAtMs + positionMs, i18n.language) : formatDuration(positionMs),
    [isAbsolute, startedAtMs, i18n.language],
  );
  const points = useMemo(() => recorded.events.filter(({ kind }) => kind !== 'idle'), [recorded.events]);
  const idle = useMemo(
    () =>
      recording.state === 'live'
        ? [] // PLY-072
        : recorded.events.flatMap(({ kind, atMs, untilMs }) =>
            kind === 'idle' && untilMs !== undefined ? [{ fromMs: atMs, toMs: untilMs }] : [],
          ),
    [recorded.events, recording.state],
  );

  const seek = useCallback(
    (positionMs: number) => {
      if (player === undefined) return;
      void player.seek(positionMs).then(() => {
        const next = new URLSearchParams(window.location.search);
        next.set('t', `${(player.state.positionMs / 1000).toFixed(1)}s`);
        setParameters(next, { replace: true });
      });
    },
    [player, setParameters],
  );

  const act = useCallback(
    (action: PlayerAction) => {
      if (player === undefined) return;
      const { positionMs, durationMs, status, speed } = player.state;
      switch (action.kind) {
        case 'toggle-play':
          return status === 'paused' || status === 'ended' ? player.play() : player.pause();
        case 'seek-by':
          return seek(positionMs + action.seconds * 1000);
        case 'seek-to':
          return seek(action.place === 'start' ? 0 : durationMs);
        case 'speed': {
          const step = playbackSpeeds.indexOf(speed) + (action.direction === 'faster' ? 1 : -1);
          return player.setSpeed(playbackSpeeds[Math.min(Math.max(0, step), playbackSpeeds.length - 1)] ?? 1);
        }
        case 'go-live':
          return void player.goLive();
        case 'event': {
          const target =
            action.direction === 'next'
              ? points.find(({ atMs }) => atMs > positionMs + 1)
              : points.findLast(({ atMs }) => atMs < positionMs - 1000);
          return target === undefined ? undefined : seek(target.atMs);
        }
        case 'toggle-scale':
          return setScale((now) => (now === 'fit' ? 'original' : 'fit'));
        case 'toggle-time':
          return setAbsolute((now) => {
            window.localStorage.setItem('afterimage.absolute-time', String(!now));
            return !now;
          });
        case 'toggle-full-screen':
          return void (document.fullscreenElement === null
            ? frame.current?.requestFullscreen()
            : document.exitFullscreen());
        case 'toggle-help':
          return setHelpOpen((now) => !now);
      }
    },
    [player, seek, points],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest('input, textarea, [role=dialog], [role=menu]') != null) return;
      const action = actionOf(event);
      if (action === undefined) return;
      // A focused button keeps its own space key.
      if (event.key === ' ' && target?.closest('button') != null) return;
      event.preventDefault();
      act(action);
    };
    const onFullScreen = () => setFullScreen(document.fullscreenElement !== null);
    window.addEventListener('keydown', onKey);
    document.addEventListener('fullscreenchange', onFullScreen);
    return () => {
      window.removeEventListener('keydown', onKey);
      document.removeEventListener('fullscreenchange', onFullScreen);
    };
  }, [act]);

  return (
    <div ref={frame} className="player">
      <div className="player-main">
        <PlayerHeader recording={recording} />
        {state?.status === 'failed' && (
          <div className="player-alert">
            <Alert type="error" header={t(`player.failure.${state.failure}.title`)}>
              {t(`player.failure.${state.failure}.detail`)}
            </Alert>
          </div>
        )}
        <PlayerStage
          picture={picture}
          pointer={pointer}
          state={state}
          scale={scale}
          onToggle={() => act({ kind: 'toggle-play' })}
        />
        <div className="player-bar">
          {state !== undefined && (
            <SeekBar
              state={state}
              idle={idle}
              eventTimes={points.map(({ atMs }) => atMs)}
              formatTime={formatTime}
              onSeek={seek}
            />
          )}
          <PlayerControls
            player={player}
            state={state}
            scale={scale}
            isFullScreen={isFullScreen}
            position={formatTime(state?.positionMs ?? 0)}
            duration={
              isAbsolute
                ? formatMoment(startedAtMs + (state?.durationMs ?? 0), i18n.language)
                : formatDuration(state?.durationMs ?? recording.durationMs)
            }
            onAction={act}
          />
        </div>
      </div>
      <aside className="player-side">
        <PlayerEvents
          {...recorded}
          positionMs={state?.positionMs ?? 0}
          formatTime={formatTime}
          onJump={(event) => seek(event.atMs)}
        />
      </aside>
      <ShortcutHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

function PlayerHeader({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { user, host, application } = recording.attributes;
  const missing = recording.gaps.reduce((total, { fromMs, toMs }) => total + Math.max(0, toMs - fromMs), 0);
  return (
    <header className="player-header">
      <Button
        variant="icon"
        iconName="arrow-left"
        ariaLabel={t('common.back')}
        onClick={() => void navigate('/recordings')}
      />
      <h1>{t('recordings.panel.title', { user: user.value, host: host.value })}</h1>
      <span className="player-subtitle">
        {[application?.value, formatMoment(recording.startedAt, i18n.language)].filter(Boolean).join(' · ')}
      </span>
      <RecordingStateLabel state={recording.state} />
      {recording.gaps.length > 0 && (
        <StatusIndicator type="warning">
          {t('player.gaps', { count: recording.gaps.length, seconds: Math.round(missing / 1000) })}
        </StatusIndicator>
      )}
      {recording.state === 'interrupted' && <span className="player-subtitle">{t('player.interrupted')}</span>}
    </header>
  );
}
