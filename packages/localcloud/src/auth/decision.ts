import { readPolicy, type Statement } from './policy-document.ts';
import type { Role, RolePolicy } from './role-registry.ts';
import type { PolicyCall, PrincipalMatch } from './statement-match.ts';
import { matchPrincipal, statementApplies } from './statement-match.ts';

/** An Allow of a role's policy that let a call pass. */
export interface Grant {
  policy: RolePolicy;
  statement: Statement;
}

export type Decision = { allowed: true; grants: readonly Grant[] } | { allowed: false; reason: string };

/**
 * AWS's evaluation within one account: an explicit Deny anywhere wins; otherwise an Allow of the caller's own policies
 * or of the resource's is enough, except that a KMS key's policy must itself allow the caller or its account.
 */
export function decide(call: PolicyCall, role: Role | undefined, resourcePolicy: unknown): Decision {
  const identity = identityStatements(role).filter(({ statement }) => statementApplies(statement, call));
  const resource = resourceStatements(resourcePolicy, call);
  const { action } = call;
  if (identity.some(({ statement }) => statement.effect === 'Deny')) return deniedBy('an identity-based policy');
  if (resource.some(({ statement }) => statement.effect === 'Deny')) return deniedBy('a resource-based policy');
  const allowing = resource.filter(({ statement }) => statement.effect === 'Allow').map(({ match }) => match);
  if (action.startsWith('kms:') && resourcePolicy !== undefined && allowing.length === 0) {
    return { allowed: false, reason: `because no resource-based policy allows the ${action} action` };
  }
  if (call.principal.kind === 'root') return { allowed: true, grants: [] };
  if (identity.length > 0) return { allowed: true, grants: identity };
  if (allowing.includes('direct')) return { allowed: true, grants: [] };
  const kind = role ? 'identity-based' : 'resource-based';
  return { allowed: false, reason: `because no ${kind} policy allows the ${action} action` };
}

function deniedBy(policy: string): Decision {
  return { allowed: false, reason: `with an explicit deny in ${policy}` };
}

function identityStatements(role: Role | undefined): Grant[] {
  return [...(role?.policies.values() ?? [])].flatMap((policy) =>
    policy.statements.map((statement) => ({ policy, statement })),
  );
}

function resourceStatements(policy: unknown, call: PolicyCall): { statement: Statement; match: PrincipalMatch }[] {
  if (policy === undefined || policy === null) return [];
  return readPolicy(policy)
    .map((statement) => ({ statement, match: matchPrincipal(statement, call) }))
    .filter(({ statement, match }) => match !== 'none' && statementApplies(statement, call));
}
