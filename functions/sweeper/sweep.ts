import {
  type Clock,
  type EventBus,
  endWait,
  type FinaliseQueue,
  interrupt,
  type QuietRecordings,
  type RecordingStore,
  sayEvents,
  type TrackedRecording,
} from '@afterimage/core';
import { describeError, type Log } from '../_runtime/logger.ts';

export interface SweepDependencies {
  quiet: QuietRecordings;
  recordings: RecordingStore;
  finaliseQueue: FinaliseQueue;
  bus: EventBus;
  clock: Pick<Clock, 'nowMs'>;
  silenceMs: number;
  messageLifeMs: number;
  log: Log;
}

/** Sealing that takes longer has lost its message. */
const sealingPatienceMs = 20 * 60_000;

/**
 * Looks at every recording that has been quiet: live ones become interrupted, interrupted ones are sealed after the
 * message life, what others left unsaid is said. One that fails does not keep the others waiting.
 */
export async function sweep(dependencies: SweepDependencies): Promise<Record<string, number>> {
  const counts = { looked: 0, interrupted: 0, ended: 0, failed: 0 };
  const nowMs = dependencies.clock.nowMs();
  for await (const recording of dependencies.quiet.listQuietSince(isoBefore(nowMs, dependencies.silenceMs))) {
    counts.looked += 1;
    try {
      const after = await advance(dependencies, recording, nowMs);
      if (recording.state === 'live' && after?.state === 'interrupted') counts.interrupted += 1;
      if (recording.state === 'interrupted' && after?.state === 'sealing') counts.ended += 1;
    } catch (error) {
      counts.failed += 1;
      dependencies.log.error('recording not swept', { recordingId: recording.recordingId, ...describeError(error) });
    }
  }
  return counts;
}

async function advance(
  dependencies: SweepDependencies,
  { recordingId }: TrackedRecording,
  nowMs: number,
): Promise<TrackedRecording | undefined> {
  const { recordings, finaliseQueue, silenceMs, messageLifeMs } = dependencies;
  const after = await recordings.change(recordingId, (current) => {
    const silentMs = nowMs - Date.parse(current.lastHeardAt);
    if (current.state === 'live') return silentMs > silenceMs ? interrupt(current, nowMs) : current;
    return current.state === 'interrupted' && silentMs > messageLifeMs ? endWait(current) : current;
  });
  if (after === undefined) return undefined;
  await sayEvents(after, dependencies);
  if (after.state === 'sealing' && isSealingOverdue(after, nowMs)) await finaliseQueue.send(recordingId);
  return after;
}

/** Not begun at all, or begun so long ago that nobody is at it. */
function isSealingOverdue({ sealing }: TrackedRecording, nowMs: number): boolean {
  return sealing === undefined || nowMs - Date.parse(sealing.since) > sealingPatienceMs;
}

function isoBefore(nowMs: number, durationMs: number): string {
  return new Date(nowMs - durationMs).toISOString();
}
