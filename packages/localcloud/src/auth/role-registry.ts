import { readPolicy, type Statement } from './policy-document.ts';

/** One policy that a role holds: inline, attached or managed by AWS. */
export interface RolePolicy {
  name: string;
  statements: readonly Statement[];
}

export interface Role {
  name: string;
  arn: string;
  trust: unknown;
  policies: ReadonlyMap<string, RolePolicy>;
}

/** The roles of the template and what they may do. Filled anew on every start. */
export class RoleRegistry {
  readonly #roles = new Map<string, Role & { policies: Map<string, RolePolicy> }>();

  define(name: string, arn: string, trust: unknown): void {
    readPolicy(trust);
    this.#roles.set(name, { name, arn, trust, policies: new Map() });
  }

  attach(roleName: string, policyName: string, document: unknown): void {
    const role = this.#roles.get(roleName);
    if (!role) throw new Error(`The role ${roleName} does not exist.`);
    role.policies.set(policyName, { name: policyName, statements: readPolicy(document) });
  }

  find(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  all(): Role[] {
    return [...this.#roles.values()];
  }
}
