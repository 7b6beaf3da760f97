import {
  type Clock,
  type ErasureQueue,
  type EventBus,
  endWait,
  type FinaliseQueue,
  interrupt,
  isFileDue,
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
  erasureQueue: ErasureQueue;
  bus: EventBus;
  clock: Pick<Clock, 'nowMs'>;
  silenceMs: number;
  messageLifeMs: number;
  log: Log;
}

/** What takes longer has lost its message: longer than the functions that seal and erase may run. */
const patienceMs = 20 * 60_000;
/** How often the schedule runs the sweeper. */
const sweepPeriodMs = 60_000;

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
  listed: TrackedRecording,
  nowMs: number,
): Promise<TrackedRecording | undefined> {
  const step = (current: TrackedRecording) => nextStep(dependencies, current, nowMs);
  // The index is a moment old, which is fresh enough to see that there is nothing to do.
  const isDue =
    isToBeSealed(listed) || listed.state === 'erasing' || listed.unsaidEvents.length > 0 || step(listed) !== listed;
  if (!isDue) return listed;
  const after = await dependencies.recordings.change(listed.recordingId, step);
  if (after === undefined) return undefined;
  await sayEvents(after, dependencies);
  if (isToBeSealed(after) && isOverdue(after.sealing?.since, nowMs)) {
    await dependencies.finaliseQueue.send(after.recordingId);
  }
  if (after.state === 'erasing' && isOverdue(after.erasure?.requestedAt, nowMs)) {
    await dependencies.erasureQueue.send(after.recordingId);
  }
  return after;
}

function nextStep(
  { silenceMs, messageLifeMs }: SweepDependencies,
  current: TrackedRecording,
  nowMs: number,
): TrackedRecording {
  const silentMs = nowMs - Date.parse(current.lastHeardAt);
  if (current.state === 'live') return silentMs > silenceMs ? interrupt(current, nowMs) : current;
  return current.state === 'interrupted' && silentMs > messageLifeMs ? endWait(current) : current;
}

/** A file is due or under way: at the end, or of a session that fell silent after its next file had begun. */
function isToBeSealed(recording: TrackedRecording): boolean {
  return recording.state === 'sealing' || recording.sealing !== undefined || isFileDue(recording);
}

/**
 * Not begun at all, or begun so long ago that nobody is at it. One that can't be done is tried once in each stretch
 * of patience, not each minute: it must not take the place of all others.
 */
function isOverdue(since: string | undefined, nowMs: number): boolean {
  if (since === undefined) return true;
  const sinceMs = nowMs - Date.parse(since);
  return sinceMs >= patienceMs && sinceMs % patienceMs < sweepPeriodMs;
}

function isoBefore(nowMs: number, durationMs: number): string {
  return new Date(nowMs - durationMs).toISOString();
}
