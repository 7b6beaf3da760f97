import type { AgentId, beginRecording, RecordingId, RouteInput } from '@afterimage/contracts';
import {
  type AgentStore,
  announceRecording,
  type Clock,
  digestAnnouncement,
  type EventBus,
  findPermission,
  nowIso,
  type RecordingCommandStore,
  type RecordingStore,
  type SessionStore,
  sayEvents,
  type TrackedRecording,
} from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface BeginDependencies {
  agents: Pick<AgentStore, 'find' | 'quarantine'>;
  sessions: Pick<SessionStore, 'find'>;
  commands: Pick<RecordingCommandStore, 'find'>;
  recordings: RecordingStore;
  bus: EventBus;
  wrappingKeyId: string;
  clock: Clock;
}

type BeginOutcome = Outcome<typeof beginRecording>;

/** Accepts a recording that policy permits, or a command or the user where the rule allows it, once; the same announcement again is answered as the first. */
export async function acceptRecording(
  dependencies: BeginDependencies,
  { body }: RouteInput<typeof beginRecording>,
  { caller }: Call<AgentCaller>,
): Promise<BeginOutcome> {
  const agentId = requireAgent(caller);
  const { agents, sessions, commands, recordings, clock, wrappingKeyId } = dependencies;
  const [known, session, agent, command] = await Promise.all([
    recordings.find(body.recordingId),
    sessions.find(body.sessionId),
    agents.find(agentId),
    body.commandId === undefined ? undefined : commands.find(body.commandId),
  ]);
  if (known !== undefined) return answerKnown(dependencies, known, agentId, await digestAnnouncement(body));
  if (agent?.state !== 'enrolled') return refuseUntrusted();
  if (session?.agentId !== agentId) return refuse('not-found', 'Report the session first, then its recording.');
  const reason = findPermission(session, body, command);
  if (reason === undefined) return refuse('recording-not-permitted', whyNot[body.initiator]);
  if (body.wrappingKeyId !== wrappingKeyId) {
    return refuse('invalid-request', 'The data key is wrapped to a key that this service does not use. Enrol again.');
  }
  const commandedBy = body.initiator === 'administrator' ? command?.requestedBy : undefined;
  const recording = await announceRecording(body, { agent, session, reason, commandedBy, nowMs: clock.nowMs() });
  const outcome = await recordings.begin(recording, { wrappedKey: body.wrappedKey, wrappingKeyId });
  if (outcome === 'not-enrolled') return refuseUntrusted();
  if (outcome === 'counter-reused') return quarantine(agents, agentId);
  const stored = outcome === 'exists' ? await recordings.find(body.recordingId) : recording;
  return answerKnown(dependencies, stored, agentId, recording.announcementDigest);
}

const whyNot = {
  policy:
    'The policy decided otherwise of this session, or an administrator has stopped its recording. Nothing was kept.',
  administrator:
    'No administrator has commanded the recording of this session by this command, or one has stopped it. Nothing was kept.',
  user: 'The policy does not let users begin recordings of this session. Nothing was kept.',
} as const;

async function answerKnown(
  dependencies: BeginDependencies,
  recording: TrackedRecording | undefined,
  agentId: AgentId,
  digest: string,
): Promise<BeginOutcome> {
  if (recording?.agentId !== agentId || recording.announcementDigest !== digest) {
    return refuse(
      'already-exists',
      'A recording with this id was announced before with other content; that one was kept.',
    );
  }
  await sayEvents(recording, dependencies);
  return done(answer(recording, dependencies.clock));
}

/**
 * One key and one counter in two places: neither is believed until an administrator has looked. An agent that was
 * revoked meanwhile stays revoked.
 */
async function quarantine(agents: Pick<AgentStore, 'quarantine'>, agentId: AgentId): Promise<BeginOutcome> {
  if (!(await agents.quarantine(agentId))) return refuseUntrusted();
  return refuse(
    'device-counter-reused',
    'Another recording of this device has this counter, so two devices may share one key. What is stored was kept; the agent is quarantined.',
  );
}

function refuseUntrusted() {
  return refuse('agent-not-trusted', 'The recording was not accepted. An administrator must look at this agent.');
}

function answer({ recordingId, state }: { recordingId: RecordingId; state: TrackedRecording['state'] }, clock: Clock) {
  return { recordingId, state, serverTime: nowIso(clock) };
}
