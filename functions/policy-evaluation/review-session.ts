import type { RecordingDecision, RouteInput, reviewSession } from '@afterimage/contracts';
import { noteReview, nowIso, type SessionStore, type SiteStore } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { type DecisionDependencies, decideNow } from './decide-now.ts';
import { type AttributeSources, completeAttributes } from './session-attributes.ts';

export interface ReviewSessionDependencies extends AttributeSources, DecisionDependencies {
  sessions: Pick<SessionStore, 'find' | 'change'>;
  site: Pick<SiteStore, 'find'>;
}

/** Decides a session anew by the policy that is active now (POL-060); for one file of a recording once. */
export async function reviewAgain(
  dependencies: ReviewSessionDependencies,
  { params: { sessionId }, body }: RouteInput<typeof reviewSession>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof reviewSession>> {
  const { sessions, site, clock } = dependencies;
  const agentId = requireAgent(caller);
  const session = await sessions.find(sessionId);
  if (session === undefined || session.agentId !== agentId) return noSuchSession();
  const [attributes, siteNow] = await Promise.all([
    completeAttributes(dependencies, agentId, session.attributes),
    site.find(),
  ]);
  const next = withoutConsent(await decideNow(dependencies, siteNow, attributes));
  const reviewed = await sessions.change(sessionId, (current) => noteReview(current, body, next));
  if (reviewed?.review === undefined) return noSuchSession();
  const { decision, review } = reviewed;
  return done({ outcome: review.outcome, decision, serverTime: nowIso(clock) });
}

/** Whoever has worked for hours is told, and asked nothing (A14). */
function withoutConsent({ notice, ...decision }: RecordingDecision): RecordingDecision {
  return notice === undefined ? decision : { ...decision, notice: { ...notice, requiresConsent: false } };
}

const noSuchSession = () =>
  refuse('session-not-found', 'Nothing was decided. Report the session first, from the host that it runs on.');
