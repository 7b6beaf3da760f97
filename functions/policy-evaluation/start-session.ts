import { type RouteInput, sessionSchema, type startSession } from '@afterimage/contracts';
import { nowIso, type SessionStore, type SiteStore } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { type DecisionDependencies, decideNow, noticeOfHostStart } from './decide-now.ts';
import {
  type AttributeSources,
  assertedByHost,
  boundGroups,
  completeAttributes,
  isReportedSo,
} from './session-attributes.ts';

export interface DecideSessionDependencies extends AttributeSources, DecisionDependencies {
  sessions: Pick<SessionStore, 'putOnce'>;
  site: Pick<SiteStore, 'find'>;
}

/** Decides once for each session whether it is recorded; asked again, answers as before. */
export async function decideSession(
  dependencies: DecideSessionDependencies,
  { body: { sessionId, startedAt, attributes } }: RouteInput<typeof startSession>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof startSession>> {
  const { sessions, site, clock } = dependencies;
  const agentId = requireAgent(caller);
  const reported = assertedByHost(attributes);
  const [complete, siteNow] = await Promise.all([completeAttributes(dependencies, agentId, reported), site.find()]);
  const [decision, hostStartNotice] = await Promise.all([
    decideNow(dependencies, siteNow, complete),
    noticeOfHostStart(dependencies, siteNow, complete),
  ]);
  const facts = { sessionId, agentId, startedAt, attributes: boundGroups(complete), decision };
  // Nobody looks first whether it is known: that is rare, and whoever waits is a person at the sign-in.
  const session = await sessions.putOnce(sessionSchema.parse(facts));
  const isSame = session.agentId === agentId && session.startedAt === startedAt;
  if (isSame && isReportedSo(session.attributes, reported)) {
    return done({ sessionId, decision: session.decision, hostStartNotice, serverTime: nowIso(clock) });
  }
  return refuse('already-exists', 'A session with this id was reported before with other content; that one was kept.');
}
