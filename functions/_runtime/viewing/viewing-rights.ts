import type { ViewingPolicyStore } from '@afterimage/core';
import { compileViewing, type DirectoryStore, type Identity, type MayView, type SiteStore } from '@afterimage/core';

export interface ViewingRightsDependencies {
  site: Pick<SiteStore, 'find'>;
  viewingPolicies: Pick<ViewingPolicyStore, 'list'>;
  directory: Pick<DirectoryStore, 'findGroupsOf'>;
}

const seesAll: MayView = () => true;

/**
 * What a person may see, read anew with every request, so that a change is in force at once: one consistent query while
 * viewing policies are off (VIEW-002), the policies and the person's groups in the directory after it while they are on.
 */
export class ViewingRights {
  readonly #dependencies: ViewingRightsDependencies;

  constructor(dependencies: ViewingRightsDependencies) {
    this.#dependencies = dependencies;
  }

  async of({ userName, groups }: Identity): Promise<MayView> {
    const { site, viewingPolicies, directory } = this.#dependencies;
    const { settings } = await site.find();
    if (!settings.areViewingPoliciesOn) return seesAll;
    const [policies, ofDirectory] = await Promise.all([viewingPolicies.list(), directory.findGroupsOf(userName)]);
    return compileViewing(policies, { userName, groups: [...groups, ...ofDirectory] });
  }
}
