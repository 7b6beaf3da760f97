import type { Role } from '@afterimage/contracts';
import type { DirectoryStore, Identity, RoleStore } from '@afterimage/core';

/** The roles of the groups that the token names and of those that the directory knows, read anew with every request. */
export class DirectoryRoles implements Pick<RoleStore, 'findHeld'> {
  readonly #roles: Pick<RoleStore, 'findHeld'>;
  readonly #directory: Pick<DirectoryStore, 'findGroupsOf'>;

  constructor(roles: Pick<RoleStore, 'findHeld'>, directory: Pick<DirectoryStore, 'findGroupsOf'>) {
    this.#roles = roles;
    this.#directory = directory;
  }

  async findHeld({ userName, groups }: Identity, among: readonly Role[]): Promise<Set<Role>> {
    const ofDirectory = await this.#directory.findGroupsOf(userName);
    return this.#roles.findHeld({ userName, groups: [...groups, ...ofDirectory] }, among);
  }
}
