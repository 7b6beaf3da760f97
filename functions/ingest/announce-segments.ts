import { type TellViewersDependencies, type TrackedRecording, tellViewers } from '@afterimage/core';
import { describeError, type Log } from '../_runtime/logger.ts';

export interface AnnounceDependencies extends TellViewersDependencies {
  log: Log;
}

export interface StoredChange {
  before: TrackedRecording;
  after: TrackedRecording;
  stored: readonly { isStreaming: boolean }[];
}

/**
 * Tells those who watch that there is more. Only streaming segments are worth asking who watches; that somebody could
 * not be told keeps nothing from being stored, because viewers also ask by themselves.
 */
export async function announceSegments(
  dependencies: AnnounceDependencies,
  { before, after, stored }: StoredChange,
): Promise<void> {
  const isWatched = stored.some(({ isStreaming }) => isStreaming);
  if (!isWatched && before.state === after.state) return;
  const { recordingId, contiguousSequence, contiguousMs, state } = after;
  const notice = { version: 1, kind: 'segments', recordingId, contiguousSequence, contiguousMs, state } as const;
  try {
    await tellViewers(dependencies, notice);
  } catch (error) {
    dependencies.log.warn('viewers were not told', { recordingId, ...describeError(error) });
  }
}
