import type { getCommits, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  isUnderWay,
  nowIso,
  type RecordingStore,
  type TrackedRecording,
  type WatchedMarkStore,
} from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface CommitDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  marks: Pick<WatchedMarkStore, 'findWatchedUntilMs'>;
  clock: Clock;
}

/** Says what is stored: only what is named here may leave an agent's spool. */
export async function reportCommits(
  dependencies: CommitDependencies,
  { query }: RouteInput<typeof getCommits>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof getCommits>> {
  const { recordings, clock } = dependencies;
  const agentId = requireAgent(caller);
  const found = await Promise.all([...new Set(query.recordingIds)].map((recordingId) => recordings.find(recordingId)));
  const own = found.filter((recording) => recording !== undefined).filter((recording) => recording.agentId === agentId);
  if (own.length < found.length) {
    return refuse(
      'recording-not-found',
      'One of these recordings is not this agent’s. Announce it, or ask without it.',
    );
  }
  return done({
    recordings: await Promise.all(own.map((recording) => commitOf(dependencies, recording))),
    serverTime: nowIso(clock),
  });
}

async function commitOf(dependencies: CommitDependencies, recording: TrackedRecording) {
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
async function watchedUntil({ marks, clock }: CommitDependencies, { recordingId, state }: TrackedRecording) {
  const untilMs = isUnderWay(state) ? await marks.findWatchedUntilMs(recordingId) : undefined;
  return untilMs === undefined || untilMs <= clock.nowMs() ? {} : { watchedUntil: new Date(untilMs).toISOString() };
}
