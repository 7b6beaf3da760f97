import type { RecordingCommit } from '@afterimage/contracts';
import { type Clock, isUnderWay, type TrackedRecording, type WatchedMarkStore } from '@afterimage/core';

export interface DescribeCommitDependencies {
  marks: Pick<WatchedMarkStore, 'findWatchedUntilMs'>;
  clock: Clock;
}

/** Says what is stored of a recording: only what is named here may leave an agent's spool. */
export async function describeCommit(
  dependencies: DescribeCommitDependencies,
  recording: TrackedRecording,
): Promise<RecordingCommit> {
  const { recordingId, state, contiguousSequence, storedRanges, rejections } = recording;
  return {
    recordingId,
    state,
    contiguousSequence,
    storedBeyond: storedRanges
      .filter((range) => range.firstSequence > contiguousSequence)
      .map((range): [number, number] => [range.firstSequence, range.lastSequence]),
    rejections: rejections.map(({ sequence, ...rejection }) =>
      sequence === undefined ? rejection : { ...rejection, sequence },
    ),
    ...(await watchedUntil(dependencies, recording)),
  };
}

/** The polling fallback of the channel: present while somebody watches. */
async function watchedUntil({ marks, clock }: DescribeCommitDependencies, { recordingId, state }: TrackedRecording) {
  const untilMs = isUnderWay(state) ? await marks.findWatchedUntilMs(recordingId) : undefined;
  return untilMs === undefined || untilMs <= clock.nowMs() ? {} : { watchedUntil: new Date(untilMs).toISOString() };
}
