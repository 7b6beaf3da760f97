import type { RecordingId } from '@afterimage/contracts';
import { PlaybackOpening } from '@afterimage/player';
import { useEffect, useState } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';
import { playerApi } from './player-api.ts';
import { spareKeyPair } from './warm-up.ts';

/** What the first picture needs, asked for beside the recording itself and not after it. */
export function usePlaybackOpening(
  recordingId: RecordingId | undefined,
  atMs: number | undefined,
): PlaybackOpening | undefined {
  const { api } = useSignedIn();
  const [opening, setOpening] = useState<PlaybackOpening>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: where to begin matters once, when the page is entered
  useEffect(() => {
    if (recordingId === undefined) return;
    const made = new PlaybackOpening({
      recordingId,
      api: playerApi(api),
      nowMs: () => performance.now(),
      atMs,
      viewerKeyPair: () => spareKeyPair.take(),
    });
    setOpening(made);
    return () => made.close();
  }, [api, recordingId]);
  return opening;
}
