import type { ViewingPolicyStore } from '@afterimage/core';
import { compileViewing, type Identity, type MayView, type SiteStore } from '@afterimage/core';

export interface ViewingRightsDependencies {
  site: Pick<SiteStore, 'find'>;
  viewingPolicies: Pick<ViewingPolicyStore, 'list'>;
}

const seesAll: MayView = () => true;

/**
 * What a person may see, read anew with every request, so that a change is in force at once: one consistent query while
 * viewing policies are off (VIEW-002), the policies after it while they are on.
 */
export class ViewingRights {
  readonly #dependencies: ViewingRightsDependencies;

  constructor(dependencies: ViewingRightsDependencies) {
    this.#dependencies = dependencies;
  }

  /** @param viewer with the groups of their token and of the directory */
  async of(viewer: Identity): Promise<MayView> {
    const { site, viewingPolicies } = this.#dependencies;
    const { settings } = await site.find();
    if (!settings.areViewingPoliciesOn) return seesAll;
    return compileViewing(await viewingPolicies.list(), viewer);
  }
}
