import { personRoleSchema, type Role } from '@afterimage/contracts';
import type { DirectoryStore, Identity, RoleStore, Standing } from '@afterimage/core';

export interface StandingsDependencies {
  roles: Pick<RoleStore, 'findHeld'>;
  directory: Pick<DirectoryStore, 'findEntry'>;
  /**
   * Its members hold every role that people may hold, so that a new deployment can be administered at all. Of the
   * token's groups alone: nobody who writes the directory can join it.
   */
  bootstrapGroup: string;
}

export interface PersonStanding extends Standing {
  /** Of their token and of the directory; none while they are inactive. */
  groups: readonly string[];
}

/** What counts for a person: their name, the groups of their token and those of the directory, read anew with every request. */
export class Standings {
  readonly #dependencies: StandingsDependencies;

  constructor(dependencies: StandingsDependencies) {
    this.#dependencies = dependencies;
  }

  async find({ userName, groups }: Identity, among: readonly Role[]): Promise<PersonStanding> {
    const { roles, directory, bootstrapGroup } = this.#dependencies;
    const entry = await directory.findEntry(userName);
    if (entry?.isActive === false) return { isActive: false, roles: new Set(), groups: [] };
    const all = [...groups, ...(entry?.groups ?? [])];
    if (groups.includes(bootstrapGroup)) {
      const forPeople = among.filter((role) => personRoleSchema.safeParse(role).success);
      return { isActive: true, roles: new Set(forPeople), groups: all };
    }
    return { isActive: true, roles: await roles.findHeld({ userName, groups: all }, among), groups: all };
  }
}
