import type { Recording } from '@afterimage/contracts';
import {
  ApiSource,
  base64ToBytes,
  CanvasSink,
  LiveWatch,
  type PlaybackFailure,
  type PlaybackOpening,
  Player,
  type PlayerState,
} from '@afterimage/player';
import { type RefObject, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';
import { whenIdle } from '../../time/when-idle.ts';
import { playerApi } from './player-api.ts';
import { prepareToPlay, spareDecoder } from './warm-up.ts';

function onAnimationFrame(callback: (nowMs: number) => void): () => void {
  let handle = requestAnimationFrame(function tick(nowMs) {
    callback(nowMs);
    handle = requestAnimationFrame(tick);
  });
  return () => cancelAnimationFrame(handle);
}

export interface Canvases {
  picture: RefObject<HTMLCanvasElement | null>;
  pointer: RefObject<HTMLCanvasElement | null>;
}

export interface UsedPlayer {
  player: Player | undefined;
  /** Set when not even a player could be made. */
  error: PlaybackFailure['kind'] | undefined;
}

export interface Beginning {
  /** Undefined: where one begins to watch, and playing. */
  atMs: number | undefined;
  opening: PlaybackOpening;
}

/** One player for one recording, as long as the page shows it. */
export function usePlayer(recording: Recording, canvases: Canvases, { atMs, opening }: Beginning): UsedPlayer {
  const { api } = useSignedIn();
  const [player, setPlayer] = useState<Player>();
  const [error, setError] = useState<UsedPlayer['error']>();
  const { recordingId, devicePublicKey, startedAt } = recording;
  const { picture, pointer } = canvases;
  const isLive = recording.state === 'live';

  // biome-ignore lint/correctness/useExhaustiveDependencies: where to begin matters once, when the player is made
  useEffect(() => {
    let made: Player | undefined;
    const life = new AbortController();
    const make = async () => {
      const zstd = await spareDecoder.take();
      if (life.signal.aborted || picture.current === null || pointer.current === null) return;
      const nowMs = () => performance.now();
      const source = new ApiSource({
        recordingId,
        api: playerApi(api),
        fetch: (input, init) => fetch(input, init),
        nowMs,
        devicePublicKey: base64ToBytes(devicePublicKey),
        startedAt,
        opening,
      });
      const live = new LiveWatch({
        recordingId,
        api: playerApi(api),
        playbackId: (signal) => source.playbackId(signal),
        connect: (url) => new WebSocket(url),
        random: Math.random,
      });
      // Also when the page is only put aside: it watches again when it comes back.
      window.addEventListener('pagehide', () => live.letGo(), { signal: life.signal });
      const sink = new CanvasSink(picture.current, pointer.current, { onResize: keepShape(picture.current) });
      made = new Player({ source, sink, zstd, onTick: onAnimationFrame, nowMs, live });
      setPlayer(made);
      await made.open({ atMs: atMs ?? (isLive ? Number.POSITIVE_INFINITY : 0), plays: atMs === undefined });
      whenIdle(prepareToPlay);
    };
    make().catch(() => setError('internal'));
    return () => {
      life.abort();
      made?.close();
    };
  }, [api, recordingId, devicePublicKey, startedAt]);
  return { player, error };
}

/** The box around the picture has the picture's shape, so that the pointer lies right over it at any size. */
function keepShape(canvas: HTMLCanvasElement) {
  return ({ width, height }: { width: number; height: number }) =>
    canvas.parentElement?.style.setProperty('--picture-ratio', String(width / height));
}

const never = () => () => {};

export function usePlayerState(player: Player | undefined): PlayerState | undefined {
  const subscribe = useCallback(
    (listener: () => void) => (player ?? { subscribe: never }).subscribe(listener),
    [player],
  );
  return useSyncExternalStore(subscribe, () => player?.state);
}
