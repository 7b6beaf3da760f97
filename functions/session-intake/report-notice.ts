import type { RouteInput, reportNotice } from '@afterimage/contracts';
import { type Clock, noteNotice, nowIso, type SessionStore } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface NoticeDependencies {
  sessions: Pick<SessionStore, 'change'>;
  clock: Clock;
}

/** Puts on record what a user was told and answered, once however often it is reported. */
export async function takeNotice(
  { sessions, clock }: NoticeDependencies,
  { params, body }: RouteInput<typeof reportNotice>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof reportNotice>> {
  const agentId = requireAgent(caller);
  const session = await sessions.change(params.sessionId, (known) =>
    known.agentId === agentId ? noteNotice(known, body) : known,
  );
  if (session?.agentId !== agentId) {
    return refuse('session-not-found', 'This agent has reported no such session. Nothing was kept: report it first.');
  }
  return done({ serverTime: nowIso(clock) });
}
