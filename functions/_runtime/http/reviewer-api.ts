import type { Role } from '@afterimage/contracts';
import { type AccessDecision, type AuditStore, decideAccess, type Identity } from '@afterimage/core';
import { createApiHandler } from './api-handler.ts';
import { noteDenial, runAudited } from './audited-run.ts';
import { parseInput } from './parse-input.ts';
import { readIdentity } from './read-identity.ts';
import { Refusal } from './refusal.ts';
import type { RouteBinding } from './route-binding.ts';
import type { PersonStanding, Standings } from './standings.ts';

export interface ReviewerDependencies {
  standings: Pick<Standings, 'find'>;
  audit: AuditStore;
}

type DenialProblem = Extract<AccessDecision, { isAllowed: false }>['problem'];

const denials: Record<DenialProblem, string> = {
  'role-missing': 'Nothing was shown or changed. Ask an administrator for one of the roles that this needs.',
  'person-inactive':
    'Nothing was shown or changed. The directory calls you inactive, so that no role counts for you. Ask an administrator.',
  unauthenticated: 'Nothing was shown or changed. People cannot use this.',
};

/** Serves routes of people: identity, roles, input, intent, use case, outcome, in this order. */
export function reviewerApi<Dependencies extends ReviewerDependencies>(
  serviceName: string,
  dependencies: Dependencies,
  bindings: readonly RouteBinding<NoInfer<Dependencies>, Identity>[],
) {
  return createReviewerHandler(serviceName, dependencies, bindings, () => dependencies);
}

/**
 * As `reviewerApi`, where recordings are among what is shown: use cases get those that their caller may see, and no
 * others. On routes with roles the groups of the directory are among the viewer's, as they were read for the roles.
 */
export function viewerApi<Shared extends ReviewerDependencies, Seen extends object>(
  serviceName: string,
  shared: Shared & { seenBy: (viewer: Identity) => Seen },
  bindings: readonly RouteBinding<NoInfer<Shared & Seen>, Identity>[],
) {
  return createReviewerHandler<Shared & Seen>(serviceName, shared, bindings, (viewer) => ({
    ...shared,
    ...shared.seenBy(viewer),
  }));
}

function createReviewerHandler<Dependencies>(
  serviceName: string,
  { audit, standings }: ReviewerDependencies,
  bindings: readonly RouteBinding<Dependencies, Identity>[],
  dependenciesFor: (viewer: Identity) => Dependencies,
) {
  return createApiHandler<Dependencies, Identity>(serviceName, bindings, async (binding, event) => {
    const { route } = binding;
    const caller = readIdentity(event);
    const { requestId, http } = event.requestContext;
    const call = { caller, requestId, sourceAddress: http.sourceIp };
    const run = { binding, event, call, actor: caller.userName, audit };
    const among: readonly Role[] = route.access.kind === 'roles' ? route.access.anyOf : [];
    const standing: PersonStanding =
      among.length > 0
        ? await standings.find(caller, among)
        : { isActive: true, roles: new Set(), groups: caller.groups };
    const dependencies = dependenciesFor({ userName: caller.userName, groups: standing.groups });
    const decision = decideAccess(route.access, standing);
    if (!decision.isAllowed) {
      await noteDenial(run, decision.problem);
      await binding.whenDenied?.(dependencies, parseInput(route, event), call);
      throw new Refusal(decision.problem, denials[decision.problem]);
    }
    return runAudited({ ...run, dependencies, input: parseInput(route, event) });
  });
}
