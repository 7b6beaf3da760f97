import type { RecordedEvent } from '@afterimage/contracts';
import { type PlaybackSpeed, type Player, playbackSpeeds } from '@afterimage/player';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { actionOf, type PlayerAction } from './shortcuts.ts';

const absoluteTimeKey = 'afterimage.absolute-time';
/** "Previous event" while one plays means that one only after it has been seen for so long. */
const replayEventMs = 1000;

export interface PlayerView {
  scale: 'fit' | 'original';
  isAbsolute: boolean;
  isFullScreen: boolean;
  isHelpOpen: boolean;
}

/** What the controls and keys do, and how the page is set. */
export function usePlayerActions(
  player: Player | undefined,
  points: readonly RecordedEvent[],
  frame: RefObject<HTMLElement | null>,
): PlayerView & { act(action: PlayerAction): void } {
  const [scale, setScale] = useState<'fit' | 'original'>('fit');
  const [isAbsolute, setAbsolute] = useState(() => window.localStorage.getItem(absoluteTimeKey) === 'true');
  const [isHelpOpen, setHelpOpen] = useState(false);
  const isFullScreen = useFullScreen();

  useEffect(() => window.localStorage.setItem(absoluteTimeKey, String(isAbsolute)), [isAbsolute]);

  const act = useCallback(
    (action: PlayerAction) => {
      switch (action.kind) {
        case 'toggle-scale':
          return setScale((now) => (now === 'fit' ? 'original' : 'fit'));
        case 'toggle-time':
          return setAbsolute((now) => !now);
        case 'toggle-full-screen':
          return toggleFullScreen(frame.current);
        case 'toggle-help':
          // What is in full screen would cover it.
          if (document.fullscreenElement !== null) void document.exitFullscreen();
          return setHelpOpen((now) => !now);
        default:
          if (player !== undefined) control(player, action, points);
      }
    },
    [player, points, frame],
  );
  return { act, scale, isAbsolute, isFullScreen, isHelpOpen };
}

/** Keys work wherever the focus is, unless something there takes text or has the key itself. */
export function usePlayerKeys(act: (action: PlayerAction) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest('input, textarea, [role=dialog], [role=menu]') != null) return;
      const action = actionOf(event);
      if (action === undefined) return;
      if (event.key === ' ' && target?.closest('button, a') != null) return;
      event.preventDefault();
      act(action);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [act]);
}

function useFullScreen(): boolean {
  const [isFullScreen, setFullScreen] = useState(false);
  useEffect(() => {
    const onChange = () => setFullScreen(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  return isFullScreen;
}

function toggleFullScreen(frame: HTMLElement | null): void {
  if (document.fullscreenElement === null) void frame?.requestFullscreen();
  else void document.exitFullscreen();
}

/** What clicks on the speed step through (PLY-033); from any other speed they begin anew. */
const clickedSpeeds: readonly PlaybackSpeed[] = [0.5, 1, 2, 4];

type Control = Exclude<PlayerAction, { kind: 'toggle-scale' | 'toggle-time' | 'toggle-full-screen' | 'toggle-help' }>;

function control(player: Player, action: Control, points: readonly RecordedEvent[]): void {
  const { positionMs, durationMs, wantsToPlay, speed } = player.state;
  switch (action.kind) {
    case 'toggle-play':
      if (wantsToPlay) player.pause();
      else player.play();
      break;
    case 'seek-by':
      void player.seek(positionMs + action.seconds * 1000);
      break;
    case 'seek-to':
      void player.seek(action.place === 'start' ? 0 : durationMs);
      break;
    case 'go-live':
      void player.goLive();
      break;
    case 'speed': {
      const step = playbackSpeeds.indexOf(speed) + (action.direction === 'faster' ? 1 : -1);
      player.setSpeed(playbackSpeeds[step] ?? speed);
      break;
    }
    case 'next-speed':
      player.setSpeed(clickedSpeeds[(clickedSpeeds.indexOf(speed) + 1) % clickedSpeeds.length] ?? 1);
      break;
    case 'event': {
      const target =
        action.direction === 'next'
          ? points.find(({ atMs }) => atMs > positionMs)
          : points.findLast(({ atMs }) => atMs < positionMs - (wantsToPlay ? replayEventMs : 0));
      if (target !== undefined) void player.seek(target.atMs);
    }
  }
}
