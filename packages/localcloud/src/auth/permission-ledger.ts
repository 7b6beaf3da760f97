import type { Grant } from './decision.ts';
import type { Role } from './role-registry.ts';
import { actionPatternMatches } from './statement-match.ts';
import { matchesWildcard } from './wildcard.ts';

/** One action that a role's policy allows. */
export interface GrantedPermission {
  policy: string;
  action: string;
  resources: readonly string[];
  conditional: boolean;
}

export interface RolePermissions {
  role: string;
  granted: GrantedPermission[];
  neverUsed: GrantedPermission[];
  /** Calls that were refused, `ACTION RESOURCE`. */
  refused: string[];
}

/** Their calls do not come over the wire here, so their use cannot be judged. */
const unjudgedActions = ['xray:', 'cloudwatch:'];
/** Policies that AWS wrote grant more than anyone needs, and the product cannot narrow them. */
const awsPolicyPrefix = 'arn:aws:iam::aws:policy/';
const maximumRefusals = 1_000;

/** What roles were granted and what of it they used since the start. */
export class PermissionLedger {
  readonly #used = new Map<string, Set<string>>();
  readonly #leftOut = new Set<string>();
  readonly #refused = new Map<string, Set<string>>();

  /** Leaves a role out of the report: nobody here acts in it. */
  leaveOut(roleName: string): void {
    this.#leftOut.add(roleName);
  }

  used(roleName: string, grants: readonly Grant[], action: string, resourceArn: string): void {
    for (const { policy, statement } of grants) {
      for (const pattern of statement.actions) {
        if (!actionPatternMatches(pattern, action)) continue;
        const resource = statement.resources?.find((candidate) => matchesWildcard(candidate, resourceArn)) ?? '*';
        setOf(this.#used, roleName).add(permissionKey(policy.name, pattern, resource));
      }
    }
  }

  refused(roleName: string, action: string, resourceArn: string): void {
    const refusals = setOf(this.#refused, roleName);
    if (refusals.size < maximumRefusals) refusals.add(`${action} ${resourceArn}`);
  }

  report(roles: readonly Role[]): RolePermissions[] {
    return roles
      .filter(({ name }) => !this.#leftOut.has(name))
      .map((role) => {
        const granted = grantedTo(role);
        const used = this.#used.get(role.name) ?? new Set();
        const neverUsed = granted.filter(
          ({ policy, action, resources }) =>
            !resources.some((resource) => used.has(permissionKey(policy, action, resource))),
        );
        return { role: role.name, granted, neverUsed, refused: [...(this.#refused.get(role.name) ?? [])] };
      });
  }
}

function grantedTo(role: Role): GrantedPermission[] {
  const own = [...role.policies.values()].filter(({ name }) => !name.startsWith(awsPolicyPrefix));
  return own.flatMap((policy) =>
    policy.statements
      .filter(({ effect, exceptActions }) => effect === 'Allow' && !exceptActions)
      .flatMap(({ actions, resources = ['*'], conditions }) =>
        actions.map((action) => ({ policy: policy.name, action, resources, conditional: conditions.length > 0 })),
      )
      .filter(({ action }) => !unjudgedActions.some((prefix) => action.startsWith(prefix))),
  );
}

function permissionKey(policy: string, action: string, resource: string): string {
  return `${policy}\n${action}\n${resource}`;
}

function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const known = sets.get(name) ?? new Set<string>();
  sets.set(name, known);
  return known;
}
