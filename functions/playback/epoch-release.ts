import {
  type AuditStore,
  type DataKeyStore,
  type KeyUnwrapper,
  type Playback,
  readDataKey,
  type TrackedRecording,
  wrapEpochKey,
} from '@afterimage/core';
import type { ReviewerCall } from '../_runtime/http/route-binding.ts';

export interface EpochReleaseDependencies {
  keys: DataKeyStore;
  unwrapper: KeyUnwrapper;
  audit: AuditStore;
}

export interface EpochRelease {
  recording: TrackedRecording;
  playback: Playback;
  epochs: readonly number[];
  call: ReviewerCall;
}

/**
 * Wraps epoch keys to the viewer of a playback. Every epoch has its intent row before the data key is read, and its
 * outcome row before the key leaves: no row, no key.
 */
export async function releaseEpochs(dependencies: EpochReleaseDependencies, release: EpochRelease) {
  const entries = await noteIntents(dependencies, release);
  const noteOutcomes = (outcome: string) =>
    Promise.all(entries.map((entry) => dependencies.audit.noteOutcome(entry, outcome)));
  try {
    const keys = await wrapAll(dependencies, release);
    await noteOutcomes('succeeded');
    return keys;
  } catch (error) {
    await noteOutcomes('internal');
    throw error;
  }
}

function noteIntents({ audit }: EpochReleaseDependencies, { epochs, playback, call }: EpochRelease) {
  const { playbackId, recordingId, userName } = playback;
  return Promise.all(
    epochs.map((epoch) =>
      audit.noteIntent({
        actor: userName,
        action: 'playback.epoch-key-release',
        subject: recordingId,
        requestId: call.requestId,
        sourceAddress: call.sourceAddress,
        details: { epoch, playbackId },
      }),
    ),
  );
}

async function wrapAll({ keys, unwrapper }: EpochReleaseDependencies, { recording, playback, epochs }: EpochRelease) {
  const { recordingId } = recording;
  const wrapped = await keys.find(recordingId);
  const plaintext = wrapped === undefined ? undefined : await unwrapper.unwrap(wrapped);
  if (plaintext === undefined) throw new Error('the recording has no key that opens it');
  const dataKey = readDataKey(plaintext, recording);
  return Promise.all(
    epochs.map(async (epoch) => ({
      epoch,
      wrappedKey: await wrapEpochKey(dataKey, recordingId, epoch, playback.viewerPublicKey),
    })),
  );
}
