import type { getCommits, RouteInput } from '@afterimage/contracts';
import { type Clock, nowIso, type RecordingStore, type TrackedRecording } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface CommitDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  clock: Clock;
}

/** Says what is stored: only what is named here may leave an agent's spool. */
export async function reportCommits(
  { recordings, clock }: CommitDependencies,
  { query }: RouteInput<typeof getCommits>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof getCommits>> {
  const agentId = requireAgent(caller);
  const found = await Promise.all([...new Set(query.recordingIds)].map((recordingId) => recordings.find(recordingId)));
  const own = found.filter((recording) => recording !== undefined && recording.agentId === agentId);
  if (own.length < found.length) {
    return refuse(
      'recording-not-found',
      'One of these recordings is not this agent’s. Announce it, or ask without it.',
    );
  }
  return done({
    recordings: own.flatMap((recording) => (recording ? [commitOf(recording)] : [])),
    serverTime: nowIso(clock),
  });
}

function commitOf({ recordingId, state, contiguousSequence, storedRanges, rejections }: TrackedRecording) {
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
  };
}
