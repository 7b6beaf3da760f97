import type { RecordedEvent, Recording } from '@afterimage/contracts';
import { type PlaybackFailureKind, type PlaybackOpening, parsePosition } from '@afterimage/player';
import { useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { formatDuration, formatMoment, formatTimeOfDay } from '../../time/format.ts';
import { PlayerControls } from './player-controls.tsx';
import { PlayerEvents } from './player-events.tsx';
import { PlayerFailure } from './player-failure.tsx';
import { PlayerHeader } from './player-header.tsx';
import { PlayerStage } from './player-stage.tsx';
import { SeekBar } from './seek-bar.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { UnprovenWarning } from './unproven-warning.tsx';
import { useHasBegun } from './use-has-begun.ts';
import { useLinkedPosition } from './use-linked-position.ts';
import { usePlayer, usePlayerState } from './use-player.ts';
import { usePlayerActions, usePlayerKeys } from './use-player-actions.ts';
import { useRecordedEvents } from './use-recorded-events.ts';
import { useRecordingProof } from './use-recording-proof.ts';
import { useWithdrawal } from './use-withdrawal.ts';

export interface PlayerViewProps {
  recording: Recording;
  opening: PlaybackOpening;
  /** The first picture stands, or is not to be had soon. */
  onBegun(): void;
  /** From now on nothing of the recording may be on the page. */
  onWithdrawn(kind: PlaybackFailureKind): void;
}

/** The picture is the page; all else gets out of its way. */
export function PlayerView({ recording, opening, onBegun, onWithdrawn }: PlayerViewProps) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const startAtMs = parsePosition(parameters.get('t'));
  const { player, error } = usePlayer(recording, { picture, pointer }, { atMs: startAtMs, opening });
  const state = usePlayerState(player);
  const hasBegun = useHasBegun(state, onBegun);
  useWithdrawal(state?.failure, onWithdrawn);
  const proof = useRecordingProof(recording, hasBegun);
  const recorded = useRecordedEvents(recording, hasBegun);
  const points = useMemo(() => recorded.events.filter(({ kind }) => kind !== 'idle'), [recorded.events]);
  const idle = useIdlePeriods(recording, recorded.events);
  useLinkedPosition(player, state);
  const { act, scale, isAbsolute, isFullScreen, isHelpOpen } = usePlayerActions(player, points, frame);
  usePlayerKeys(act);
  const times = useTimes(recording, isAbsolute);
  const durationMs = state?.durationMs ?? recording.durationMs;
  const seek = (positionMs: number) => void player?.seek(positionMs);

  return (
    <div ref={frame} className="player">
      <section className="player-main" aria-label={t('player.title')}>
        <PlayerHeader recording={recording} proof={proof} player={state} formatTime={times.short} onJump={seek} />
        <UnprovenWarning isRefused={proof.state?.manifest === 'refused'} player={player} />
        <PlayerFailure kind={error ?? state?.failure} />
        <PlayerStage
          picture={picture}
          pointer={pointer}
          recording={recording}
          state={state}
          scale={scale}
          formatTime={times.short}
          onToggle={() => act({ kind: 'toggle-play' })}
          onSeekBy={(seconds) => act({ kind: 'seek-by', seconds })}
        />
        <div className="player-bar">
          <SeekBar
            state={state}
            durationMs={durationMs}
            idle={idle}
            declaredGaps={recording.gaps}
            eventTimes={points.map(({ atMs }) => atMs)}
            formatTime={times.short}
            onSeek={seek}
          />
          <PlayerControls
            player={player}
            state={state}
            scale={scale}
            isFullScreen={isFullScreen}
            position={times.long(state?.positionMs ?? 0)}
            duration={times.short(durationMs)}
            onAction={act}
          />
        </div>
      </section>
      {state?.failure !== 'erased' && (
        <aside className="player-side">
          <PlayerEvents
            {...recorded}
            positionMs={state?.positionMs ?? 0}
            formatTime={times.short}
            onJump={(event) => seek(event.atMs)}
          />
        </aside>
      )}
      <ShortcutHelp isOpen={isHelpOpen} onClose={() => act({ kind: 'toggle-help' })} />
    </div>
  );
}

/** PLY-072: not of a live recording, where the idle period may not be over. */
function useIdlePeriods(recording: Recording, events: readonly RecordedEvent[]) {
  const isLive = recording.state === 'live';
  return useMemo(() => {
    if (isLive) return [];
    return events.flatMap(({ kind, atMs, untilMs }) =>
      kind === 'idle' && untilMs !== undefined ? [{ fromMs: atMs, toMs: untilMs }] : [],
    );
  }, [events, isLive]);
}

/** Positions as people read them: elapsed, or by the clock with and without the date. */
function useTimes(recording: Recording, isAbsolute: boolean) {
  const { i18n } = useTranslation();
  const startedAtMs = Date.parse(recording.startedAt);
  const language = i18n.language;
  const long = useCallback(
    (positionMs: number) =>
      isAbsolute ? formatMoment(startedAtMs + positionMs, language) : formatDuration(positionMs),
    [isAbsolute, startedAtMs, language],
  );
  const short = useCallback(
    (positionMs: number) =>
      isAbsolute ? formatTimeOfDay(startedAtMs + positionMs, language) : formatDuration(positionMs),
    [isAbsolute, startedAtMs, language],
  );
  return { long, short };
}
