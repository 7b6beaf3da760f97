import type { AgentId, HostStop, RouteInput, reportSessions, SessionId } from '@afterimage/contracts';
import {
  type AuditIntent,
  type AuditStore,
  type Clock,
  findNewStop,
  noteReport,
  nowIso,
  type RecordingCommandStore,
  type SessionStore,
} from '@afterimage/core';
import { auditAct } from '../_runtime/audit-act.ts';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome } from '../_runtime/http/route-binding.ts';

export interface ReportDependencies {
  sessions: Pick<SessionStore, 'find' | 'changeWithCommands'>;
  commands: Pick<RecordingCommandStore, 'listPending'>;
  audit: AuditStore;
  clock: Clock;
}

/**
 * Notes which sessions a host has and how each is recorded, and hands out the commands that wait for it. Sessions that are
 * not this agent's are left alone: a report is no place to find out whether they exist.
 */
export async function takeReport(
  dependencies: ReportDependencies,
  { body }: RouteInput<typeof reportSessions>,
  call: Call<AgentCaller>,
): Promise<Outcome<typeof reportSessions>> {
  const { commands, clock } = dependencies;
  const agentId = requireAgent(call.caller);
  await Promise.all(body.sessions.map((reported) => takeOne(dependencies, reported, { ...call, agentId })));
  return done({ commands: await commands.listPending(agentId), serverTime: nowIso(clock) });
}

type Reported = RouteInput<typeof reportSessions>['body']['sessions'][number];
type AgentCall = Call<AgentCaller> & { agentId: AgentId };

/** A stop at the host that is news is audited before it is noted. */
async function takeOne(
  { sessions, audit, clock }: ReportDependencies,
  { sessionId, ...report }: Reported,
  call: AgentCall,
): Promise<void> {
  const { agentId } = call;
  const note = async () => {
    await sessions.changeWithCommands(sessionId, (session) =>
      session.agentId === agentId ? noteReport(session, report, clock.nowMs()) : { session, commands: [] },
    );
    return { isDone: true as const };
  };
  const known = report.hostStop && (await sessions.find(sessionId));
  const stop = known?.agentId === agentId ? findNewStop(known, report) : undefined;
  await (stop === undefined ? note() : auditAct(audit, describeStop(sessionId, stop, call), note));
}

/** Proved of it is the agent alone. */
function describeStop(
  sessionId: SessionId,
  { recordingId, at, ...who }: HostStop,
  { agentId, requestId, sourceAddress }: AgentCall,
): AuditIntent {
  const subject = recordingId ?? sessionId;
  const details = { sessionId, ...who, assertedBy: 'agent', hostStoppedAt: at };
  return { actor: agentId, action: 'recording.stop-at-host', subject, requestId, sourceAddress, details };
}
