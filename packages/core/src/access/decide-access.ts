import type { Access, Role } from '@afterimage/contracts';

/** Who asks, as the identity provider asserted it. */
export interface Identity {
  userName: string;
  groups: readonly string[];
}

export type AccessDecision = { isAllowed: true } | { isAllowed: false; problem: 'role-missing' | 'unauthenticated' };

/** Decides by the roles that a person holds now. Routes of agents are never open to people. */
export function decideAccess(access: Access, heldRoles: ReadonlySet<Role>): AccessDecision {
  switch (access.kind) {
    case 'signed-in':
      return { isAllowed: true };
    case 'roles':
      return access.anyOf.some((role) => heldRoles.has(role))
        ? { isAllowed: true }
        : { isAllowed: false, problem: 'role-missing' };
    case 'agent':
    case 'open':
      return { isAllowed: false, problem: 'unauthenticated' };
  }
}
