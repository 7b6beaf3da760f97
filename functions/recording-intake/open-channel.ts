import type { openAgentChannel, RouteInput } from '@afterimage/contracts';
import { type IssueTicketDependencies, issueTicket, nowIso } from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome } from '../_runtime/http/route-binding.ts';

/** Gives an agent the address of the channel, with a ticket in it that lets this agent in once. */
export async function admitAgent(
  dependencies: IssueTicketDependencies,
  _input: RouteInput<typeof openAgentChannel>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof openAgentChannel>> {
  const ticket = await issueTicket(dependencies, { kind: 'agent', agentId: requireAgent(caller) });
  return done({ ...ticket, serverTime: nowIso(dependencies.clock) });
}
