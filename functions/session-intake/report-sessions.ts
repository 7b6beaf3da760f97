import type { RouteInput, reportSessions } from '@afterimage/contracts';
import { type Clock, noteReport, nowIso, type RecordingCommandStore, type SessionStore } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome } from '../_runtime/http/route-binding.ts';

export interface ReportDependencies {
  sessions: Pick<SessionStore, 'changeWithCommands'>;
  commands: Pick<RecordingCommandStore, 'listPending'>;
  clock: Clock;
}

/**
 * Notes which sessions a host has and how each is recorded, and hands out the commands that wait for it. Sessions that are
 * not this agent's are left alone: a report is no place to find out whether they exist.
 */
export async function takeReport(
  { sessions, commands, clock }: ReportDependencies,
  { body }: RouteInput<typeof reportSessions>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof reportSessions>> {
  const agentId = requireAgent(caller);
  await Promise.all(
    body.sessions.map(({ sessionId, ...report }) =>
      sessions.changeWithCommands(sessionId, (session) =>
        session.agentId === agentId ? noteReport(session, report, clock.nowMs()) : { session, commands: [] },
      ),
    ),
  );
  return done({ commands: await commands.listPending(agentId), serverTime: nowIso(clock) });
}
