import { createHash } from 'node:crypto';
import {
  type createEnrolmentToken,
  type EnrolmentToken,
  type listAgents,
  makeEnrolmentTokenId,
  type RouteInput,
  type reinstateAgent,
  type revokeAgent,
} from '@afterimage/contracts';
import {
  type AgentStore,
  type Clock,
  type EnrolmentTokenStore,
  formatEnrolmentCredential,
  nowIso,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';

export interface ManageAgentsDependencies {
  agents: Pick<AgentStore, 'find' | 'list' | 'reinstate' | 'revoke'>;
  tokens: Pick<EnrolmentTokenStore, 'create'>;
  clock: Clock;
}

const secretBytes = 32;

export async function showAgents(
  { agents }: ManageAgentsDependencies,
  { query: { limit, cursor } }: RouteInput<typeof listAgents>,
): Promise<Outcome<typeof listAgents>> {
  const page = await agents.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
  return done({ agents: page.items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
}

/** Effective at once for new requests, and within the authorizer's cache (30 s) for all. */
export async function revokeTrust(
  { agents }: ManageAgentsDependencies,
  { params }: RouteInput<typeof revokeAgent>,
): Promise<Outcome<typeof revokeAgent>> {
  const agent = await agents.revoke(params.agentId);
  return agent === undefined
    ? refuse('agent-not-found', 'There is no such agent. Nothing was changed.')
    : done({ agent });
}

/** After somebody has looked: the device is believed again. What it was refused in the meantime it still has. */
export async function endQuarantine(
  { agents }: ManageAgentsDependencies,
  { params }: RouteInput<typeof reinstateAgent>,
): Promise<Outcome<typeof reinstateAgent>> {
  const agent = await agents.reinstate(params.agentId);
  if (agent !== undefined) return done({ agent });
  return (await agents.find(params.agentId)) === undefined
    ? refuse('agent-not-found', 'There is no such agent. Nothing was changed.')
    : refuse('agent-not-trusted', 'The agent is revoked, which is for good. Nothing was changed. Enrol its host anew.');
}

/** Makes the credential, shows it once, and keeps its hash. */
export async function issueEnrolmentToken(
  { tokens, clock }: ManageAgentsDependencies,
  { body }: RouteInput<typeof createEnrolmentToken>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof createEnrolmentToken>> {
  const secret = Buffer.from(clock.randomBytes(secretBytes)).toString('base64url');
  const enrolmentToken: EnrolmentToken = {
    enrolmentTokenId: makeEnrolmentTokenId(clock),
    createdAt: nowIso(clock),
    createdBy: caller.userName,
    expiresAt: new Date(clock.nowMs() + body.validForSeconds * 1000).toISOString(),
    usesLeft: body.maxUses,
    ...(body.machineGroup === undefined ? {} : { machineGroup: body.machineGroup }),
  };
  await tokens.create(enrolmentToken, createHash('sha256').update(secret).digest('base64'));
  const token = formatEnrolmentCredential({ enrolmentTokenId: enrolmentToken.enrolmentTokenId, secret });
  return done({ enrolmentToken, token });
}
