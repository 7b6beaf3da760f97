import type { Access, Role } from '@afterimage/contracts';

/** Who asks, as the identity provider asserted it. */
export interface Identity {
  userName: string;
  groups: readonly string[];
}

/** What counts for a person now. */
export interface Standing {
  /** False: the directory knows the person and calls them inactive. They hold no role then, by name or by any group. */
  isActive: boolean;
  roles: ReadonlySet<Role>;
}

export type AccessDecision =
  | { isAllowed: true }
  | { isAllowed: false; problem: 'role-missing' | 'person-inactive' | 'unauthenticated' };

/** Decides by what counts for a person now. Routes of agents are never open to people. */
export function decideAccess(access: Access, { isActive, roles }: Standing): AccessDecision {
  switch (access.kind) {
    case 'signed-in':
      return { isAllowed: true };
    case 'roles':
      if (!isActive) return { isAllowed: false, problem: 'person-inactive' };
      return access.anyOf.some((role) => roles.has(role))
        ? { isAllowed: true }
        : { isAllowed: false, problem: 'role-missing' };
    case 'agent':
    case 'open':
      return { isAllowed: false, problem: 'unauthenticated' };
  }
}
