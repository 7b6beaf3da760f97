import type { getCommits, RouteInput } from '@afterimage/contracts';
import { nowIso, type RecordingStore } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { type DescribeCommitDependencies, describeCommit } from './describe-commit.ts';

export interface CommitDependencies extends DescribeCommitDependencies {
  recordings: Pick<RecordingStore, 'find'>;
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
    recordings: await Promise.all(own.map((recording) => describeCommit(dependencies, recording))),
    serverTime: nowIso(clock),
  });
}
