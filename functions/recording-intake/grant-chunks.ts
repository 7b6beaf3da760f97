import type { grantUploads, RouteInput } from '@afterimage/contracts';
import { type Clock, isErased, nowIso, type RecordingStore, type UploadGranter } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface GrantDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  uploads: UploadGranter;
  clock: Clock;
}

/** Grants one PUT for each chunk. A complete recording takes no more; a partial one may still be completed. */
export async function grantChunks(
  { recordings, uploads, clock }: GrantDependencies,
  { params, body }: RouteInput<typeof grantUploads>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof grantUploads>> {
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
  const grants = await Promise.all(body.chunks.map((chunk) => uploads.grant({ ...chunk, recordingId })));
  return done({ grants, serverTime: nowIso(clock) });
}
