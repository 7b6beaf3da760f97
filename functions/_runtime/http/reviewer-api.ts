import { type Role, roleSchema } from '@afterimage/contracts';
import { type AuditStore, decideAccess, type Identity, type RoleStore } from '@afterimage/core';
import { createApiHandler } from './api-handler.ts';
import { noteDenial, runAudited } from './audited-run.ts';
import { parseInput } from './parse-input.ts';
import { readIdentity } from './read-identity.ts';
import { Refusal } from './refusal.ts';
import type { RouteBinding } from './route-binding.ts';

export interface ReviewerDependencies {
  roles: Pick<RoleStore, 'findHeld'>;
  audit: AuditStore;
}

/** Serves routes of people: identity, roles, input, intent, use case, outcome, in this order. */
export function reviewerApi<Dependencies extends ReviewerDependencies>(
  serviceName: string,
  dependencies: Dependencies,
  bindings: readonly RouteBinding<NoInfer<Dependencies>, Identity>[],
) {
  return createReviewerHandler(serviceName, dependencies, bindings, () => dependencies);
}

/** As `reviewerApi`, where recordings are among what is shown: use cases get those that their caller may see, and no others. */
export function viewerApi<Shared extends ReviewerDependencies, Seen extends object>(
  serviceName: string,
  shared: Shared & { seenBy: (caller: Identity) => Seen },
  bindings: readonly RouteBinding<NoInfer<Shared & Seen>, Identity>[],
) {
  return createReviewerHandler<Shared & Seen>(serviceName, shared, bindings, (caller) => ({
    ...shared,
    ...shared.seenBy(caller),
  }));
}

function createReviewerHandler<Dependencies>(
  serviceName: string,
  { audit, roles }: ReviewerDependencies,
  bindings: readonly RouteBinding<Dependencies, Identity>[],
  dependenciesFor: (caller: Identity) => Dependencies,
) {
  return createApiHandler<Dependencies, Identity>(serviceName, bindings, async (binding, event) => {
    const { route } = binding;
    const caller = readIdentity(event);
    const dependencies = dependenciesFor(caller);
    const { requestId, http } = event.requestContext;
    const call = { caller, requestId, sourceAddress: http.sourceIp };
    const run = { binding, event, call, actor: caller.userName, audit };
    const among: readonly Role[] = route.access.kind === 'roles' ? route.access.anyOf : [];
    const decision = decideAccess(route.access, among.length > 0 ? await roles.findHeld(caller, among) : new Set());
    if (!decision.isAllowed) {
      await noteDenial(run, decision.problem);
      await binding.whenDenied?.(dependencies, parseInput(route, event), call);
      throw new Refusal(
        decision.problem,
        'Nothing was shown or changed. Ask an administrator for one of the roles that this needs.',
      );
    }
    return runAudited({ ...run, dependencies, input: parseInput(route, event) });
  });
}

/** Members of the bootstrap group hold every role, so that a new deployment can be administered at all. */
export class BootstrappedRoles implements Pick<RoleStore, 'findHeld'> {
  readonly #roles: Pick<RoleStore, 'findHeld'>;
  readonly #bootstrapGroup: string;

  constructor(roles: Pick<RoleStore, 'findHeld'>, bootstrapGroup: string) {
    this.#roles = roles;
    this.#bootstrapGroup = bootstrapGroup;
  }

  async findHeld(identity: Identity, among: readonly Role[] = roleSchema.options): Promise<Set<Role>> {
    if (identity.groups.includes(this.#bootstrapGroup)) return new Set(among);
    return this.#roles.findHeld(identity, among);
  }
}
