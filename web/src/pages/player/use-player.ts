import type { Recording } from '@afterimage/contracts';
import { type ApiClient, ApiProblem } from '@afterimage/contracts';
import {
  ApiSource,
  base64ToBytes,
  CanvasSink,
  PlaybackFailure,
  Player,
  type PlayerApi,
  type PlayerState,
} from '@afterimage/player';
import { createBrowserZstd } from '@afterimage/recording/zstd-browser';
import { type RefObject, useEffect, useState, useSyncExternalStore } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';

const failures = new Map<string, PlaybackFailure['kind']>([
  ['role-missing', 'not-permitted'],
  ['recording-not-found', 'not-found'],
  ['playback-expired', 'expired'],
  ['unauthenticated', 'signed-out'],
  ['unreachable', 'unreachable'],
]);

/** Our client, refusing in the player's own words. */
function playerApi(api: ApiClient): PlayerApi {
  return async (route, request, signal) => {
    try {
      return await api(route, request, signal);
    } catch (cause) {
      if (!(cause instanceof ApiProblem)) throw cause;
      throw new PlaybackFailure(failures.get(cause.kind) ?? 'internal', { cause });
    }
  };
}

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

/** One player for one recording, as long as the page shows it. */
export function usePlayer(recording: Recording, canvases: Canvases, atMs: number | undefined): Player | undefined {
  const { api } = useSignedIn();
  const [player, setPlayer] = useState<Player>();
  const { recordingId, devicePublicKey } = recording;
  const { picture, pointer } = canvases;
  const isLive = recording.state === 'live';

  // biome-ignore lint/correctness/useExhaustiveDependencies: where to begin matters once, when the player is made
  useEffect(() => {
    let made: Player | undefined;
    let isGone = false;
    const make = async () => {
      const zstd = await createBrowserZstd();
      if (isGone || picture.current === null || pointer.current === null) return;
      const source = new ApiSource({
        recordingId,
        api: playerApi(api),
        fetch: (input, init) => fetch(input, init),
        devicePublicKey: base64ToBytes(devicePublicKey),
      });
      const sink = new CanvasSink(picture.current, pointer.current);
      made = new Player({ source, sink, zstd, onTick: onAnimationFrame });
      setPlayer(made);
      await made.open({ atMs: atMs ?? (isLive ? Number.MAX_SAFE_INTEGER : 0), plays: atMs === undefined });
    };
    void make();
    return () => {
      isGone = true;
      made?.close();
    };
  }, [api, recordingId, devicePublicKey]);
  return player;
}

const never = () => () => {};

export function usePlayerState(player: Player | undefined): PlayerState | undefined {
  return useSyncExternalStore(
    player === undefined ? never : (listener) => player.subscribe(listener),
    () => player?.state,
  );
}
