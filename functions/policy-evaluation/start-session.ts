import {
  type RouteInput,
  type Session,
  type SessionAttributes,
  sessionSchema,
  type startSession,
} from '@afterimage/contracts';
import {
  type ActivePolicyStore,
  type Clock,
  compilePolicy,
  evaluateRecordingPolicy,
  nowIso,
  type SessionStore,
  systemRecordingPolicies,
} from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface DecideSessionDependencies {
  sessions: SessionStore;
  policies: Pick<ActivePolicyStore, 'findActive'>;
  clock: Clock;
}

/** Decides once for each session whether it is recorded; asked again, answers as before. */
export async function decideSession(
  { sessions, policies, clock }: DecideSessionDependencies,
  { body }: RouteInput<typeof startSession>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof startSession>> {
  const agentId = requireAgent(caller);
  const { sessionId, startedAt } = body;
  const attributes = assertedByAgent(body.attributes);
  const known = await sessions.find(sessionId);
  const session =
    known ??
    (await sessions.putOnce(
      sessionSchema.parse({ sessionId, agentId, startedAt, attributes, decision: await decide() }),
    ));
  if (!isSameSession(session, { agentId, startedAt, attributes })) {
    return refuse(
      'already-exists',
      'A session with this id was reported before with other content; that one was kept.',
    );
  }
  return done({ sessionId, decision: session.decision, serverTime: nowIso(clock) });

  async function decide() {
    const policy = compilePolicy(systemRecordingPolicies[await policies.findActive()]);
    const session = { attributes, doHostGroupsCount: false };
    return evaluateRecordingPolicy({ policy, session, decidedAt: nowIso(clock) });
  }
}

/** Whatever a host claims about its sources, it is the host that says so. Which groups it is in, others know. */
function assertedByAgent(attributes: SessionAttributes): SessionAttributes {
  const own = ({ value }: { value: string }) => ({ value, assertedBy: 'agent' as const });
  const { user, host, client, clientAddress, application, groups, accessTags, language } = attributes;
  return {
    user: own(user),
    host: own(host),
    ...(client === undefined ? {} : { client: own(client) }),
    ...(clientAddress === undefined ? {} : { clientAddress: own(clientAddress) }),
    ...(application === undefined ? {} : { application: own(application) }),
    ...(language === undefined ? {} : { language: own(language) }),
    groups: groups.map(own),
    machineGroups: [],
    accessTags: accessTags.map(own),
  };
}

function isSameSession(session: Session, reported: Pick<Session, 'agentId' | 'startedAt' | 'attributes'>): boolean {
  return (
    session.agentId === reported.agentId &&
    session.startedAt === reported.startedAt &&
    describeAttributes(session.attributes) === describeAttributes(reported.attributes)
  );
}

function describeAttributes({ user, host, client, clientAddress, application, groups }: SessionAttributes): string {
  const values = [user, host, client, clientAddress, application, ...groups];
  return JSON.stringify(values.map((asserted) => asserted?.value ?? null));
}
