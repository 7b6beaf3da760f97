import { type AgentId, agentIdSchema } from '@afterimage/contracts';
import type { AuditStore } from '@afterimage/core';
import { agentRefusalDetails, agentRefusalSchema } from './agent-refusals.ts';
import { createApiHandler } from './api-handler.ts';
import { runAudited } from './audited-run.ts';
import type { HttpEvent } from './http-event.ts';
import { parseInput } from './parse-input.ts';
import { Refusal } from './refusal.ts';
import type { RouteBinding } from './route-binding.ts';

/** An agent that the authorizer has proved, or nobody on a route whose body decides. */
export type AgentCaller = AgentId | undefined;

/** Serves routes of agents. `audit` is for functions with audited routes; without it those fail. */
export function agentApi<Dependencies extends object>(
  serviceName: string,
  dependencies: Dependencies,
  bindings: readonly RouteBinding<NoInfer<Dependencies>, AgentCaller>[],
  audit?: AuditStore,
) {
  return createApiHandler<Dependencies, AgentCaller>(serviceName, bindings, async (binding, event) => {
    const { access } = binding.route;
    if (access.kind !== 'agent' && access.kind !== 'open') throw new Error('a route of people is bound as an agent’s');
    const caller = access.kind === 'agent' ? readAgentId(event) : undefined;
    const { requestId, http } = event.requestContext;
    return runAudited({
      binding,
      dependencies,
      event,
      input: parseInput(binding.route, event),
      call: { caller, requestId, sourceAddress: http.sourceIp },
      actor: caller ?? 'host',
      audit,
    });
  });
}

/**
 * The agent of a call to a route that only agents reach.
 * @throws Error on an open route
 */
export function requireAgent(caller: AgentCaller): AgentId {
  if (caller === undefined) throw new Error('this route has no agent');
  return caller;
}

function readAgentId(event: HttpEvent): AgentId {
  const context = event.requestContext.authorizer?.lambda;
  const refusal = agentRefusalSchema.safeParse(context?.refusal);
  if (refusal.success) throw new Refusal(refusal.data, agentRefusalDetails[refusal.data]);
  const agentId = agentIdSchema.safeParse(context?.agentId);
  if (!agentId.success) throw new Refusal('unauthenticated', 'Enrol this host, then sign each request.');
  return agentId.data;
}
