import type { Agent, AgentId, beginRecording, RecordingId, RouteInput } from '@afterimage/contracts';
import {
  type AgentStore,
  type AuditIntent,
  type AuditStore,
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
  type TrackedSession,
} from '@afterimage/core';
import { auditAct } from '../_runtime/audit-act.ts';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface BeginDependencies {
  agents: Pick<AgentStore, 'find' | 'quarantine'>;
  sessions: Pick<SessionStore, 'find'>;
  commands: Pick<RecordingCommandStore, 'find'>;
  recordings: RecordingStore;
  audit: AuditStore;
  bus: EventBus;
  wrappingKeyId: string;
  clock: Clock;
}

type BeginInput = RouteInput<typeof beginRecording>;
type BeginOutcome = Outcome<typeof beginRecording>;

/** Accepts a recording that policy permits, or a command or the user where the rule allows it, once; the same announcement again is answered as the first. */
export async function acceptRecording(
  dependencies: BeginDependencies,
  { body }: BeginInput,
  call: Call<AgentCaller>,
): Promise<BeginOutcome> {
  const agentId = requireAgent(call.caller);
  const { agents, sessions, recordings, audit } = dependencies;
  const [known, session, agent] = await Promise.all([
    recordings.find(body.recordingId),
    sessions.find(body.sessionId),
    agents.find(agentId),
  ]);
  if (known !== undefined) return answerKnown(dependencies, known, agentId, await digestAnnouncement(body));
  if (agent?.state !== 'enrolled') return refuseUntrusted();
  if (session?.agentId !== agentId) return refuse('not-found', 'Report the session first, then its recording.');
  const begin = () => beginFirst(dependencies, body, { agent, session });
  const account = accountAtHost(body, session);
  return account === undefined ? begin() : auditAct(audit, describeStart(body, account, { ...call, agentId }), begin);
}

/** Who began it at the host, as that says; undefined where the policy or a command did, which have been audited. */
function accountAtHost({ initiator, commandId, startedBy }: BeginInput['body'], session: TrackedSession) {
  if (initiator === 'user') return session.attributes.user.value;
  return initiator === 'administrator' && commandId === undefined ? startedBy : undefined;
}

/** Proved of it is the agent alone. */
function describeStart(
  { recordingId, sessionId, initiator, startedAt }: BeginInput['body'],
  account: string,
  { agentId, requestId, sourceAddress }: Call<AgentCaller> & { agentId: AgentId },
): AuditIntent {
  const details = { sessionId, by: initiator, account, assertedBy: 'agent', hostStartedAt: startedAt };
  return { actor: agentId, action: 'recording.start-at-host', subject: recordingId, requestId, sourceAddress, details };
}

async function beginFirst(
  dependencies: BeginDependencies,
  body: BeginInput['body'],
  { agent, session }: { agent: Agent; session: TrackedSession },
): Promise<BeginOutcome> {
  const { agents, commands, recordings, clock, wrappingKeyId } = dependencies;
  const { agentId } = agent;
  const command = body.commandId === undefined ? undefined : await commands.find(body.commandId);
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
