import type { grantUploads, RouteInput } from '@afterimage/contracts';
import { isErased, nowIso, type RecordingStore, type UploadGranter } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { type DescribeCommitDependencies, describeCommit } from './describe-commit.ts';

export interface GrantDependencies extends DescribeCommitDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  uploads: UploadGranter;
}

/**
 * Grants one PUT for each chunk, and says what is stored so far. A complete recording takes no more; a partial one may
 * still be completed.
 */
export async function grantChunks(
  dependencies: GrantDependencies,
  { params, body }: RouteInput<typeof grantUploads>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof grantUploads>> {
  const { recordings, uploads, clock } = dependencies;
  const { recordingId } = params;
  const recording = await recordings.find(recordingId);
  if (recording?.agentId !== requireAgent(caller)) {
    return refuse('recording-not-found', 'Announce the recording first, then ask for uploads.');
  }
  if (isErased(recording.state)) {
    return refuse('recording-ended', 'The recording was erased: nothing more is taken. Its spool can be freed.');
  }
  if (recording.state === 'complete') {
    return refuse('recording-ended', 'The recording is complete: everything that belongs to it is stored.');
  }
  if (body.chunks.some((chunk) => chunk.lastSequence < chunk.firstSequence)) {
    return refuse('invalid-request', 'A chunk ends before it begins. Nothing was granted.');
  }
  const [commit, ...grants] = await Promise.all([
    describeCommit(dependencies, recording),
    ...body.chunks.map((chunk) => uploads.grant({ ...chunk, recordingId })),
  ]);
  return done({ grants, commit, serverTime: nowIso(clock) });
}
