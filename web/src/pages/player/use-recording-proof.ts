import type { Recording } from '@afterimage/contracts';
import { base64ToBytes, type ProofState, RecordingProof } from '@afterimage/player';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';
import { playerApi } from './player-api.ts';

export interface UsedProof {
  /** Undefined while the recording is not sealed: nothing attests it as a whole yet. */
  state: ProofState | undefined;
  verifyAll(): void;
}

const never = () => () => {};

/** The proof of one recording, as long as the page shows it. `isOn`: not before this is true. */
export function useRecordingProof({ recordingId, devicePublicKey, state }: Recording, isOn: boolean): UsedProof {
  const { api } = useSignedIn();
  const [proof, setProof] = useState<RecordingProof>();
  const isSealed = state === 'complete' || state === 'partial';
  useEffect(() => {
    if (!isSealed || !isOn) return;
    const made = new RecordingProof({
      recordingId,
      devicePublicKey: base64ToBytes(devicePublicKey),
      api: playerApi(api),
      fetch: (input, init) => fetch(input, init),
      nowMs: () => performance.now(),
    });
    setProof(made);
    void made.checkManifest();
    return () => {
      made.close();
      setProof(undefined);
    };
  }, [api, recordingId, devicePublicKey, isSealed, isOn]);
  const subscribe = useCallback((listener: () => void) => (proof ?? { subscribe: never }).subscribe(listener), [proof]);
  const shown = useSyncExternalStore(subscribe, () => proof?.state);
  return { state: shown, verifyAll: () => void proof?.verifyAll() };
}
