import { type importPublishedResources, makePublishingSiteId, type RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  countChanges,
  nowIso,
  type PublishedResourceStore,
  readResources,
  type SiteCatalogue,
  type StoredCatalogue,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';

export interface ImportResourcesDependencies {
  publishedResources: PublishedResourceStore;
  clock: Clock;
}

/** All of them are searched together. */
const maxSites = 100;
/** So often it is tried anew because somebody else wrote the site meanwhile. */
const maxAttempts = 5;
const nothing = { added: 0, changed: 0, removed: 0, unchanged: 0 };

/** What the site publishes takes the place of what was known, whole: of two at once the one who is later stays. */
export async function importResources(
  { publishedResources, clock }: ImportResourcesDependencies,
  { body }: RouteInput<typeof importPublishedResources>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof importPublishedResources>> {
  const { resources, faults } = readResources(body.content, body.format);
  if (faults.length > 0) return done({ counts: nothing, errors: faults });
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const before = await publishedResources.find(body.siteAddress);
    if (before === undefined && (await publishedResources.listSites()).length >= maxSites) return refuseSite();
    const counts = countChanges(before?.resources ?? [], resources);
    const site = describeSite({ resources, before, address: body.siteAddress, by: caller.userName, clock });
    if (body.isDryRun || (await publishedResources.put({ site, resources }, before))) {
      return done({ counts, errors: [] });
    }
  }
  throw new Error('the site is imported by others again and again');
}

function refuseSite(): Outcome<typeof importPublishedResources> {
  const detail = `there are ${maxSites} sites already: remove one that publishes nothing any more`;
  return done({ counts: nothing, errors: [{ line: 1, detail }] });
}

interface SiteDescription extends Pick<SiteCatalogue, 'resources'> {
  before: StoredCatalogue | undefined;
  address: string;
  by: string;
  clock: Clock;
}

function describeSite({ resources, before, address, by, clock }: SiteDescription): SiteCatalogue['site'] {
  const desktopCount = resources.filter(({ kind }) => kind === 'desktop').length;
  return {
    siteId: before?.site.siteId ?? makePublishingSiteId(clock),
    address,
    applicationCount: resources.length - desktopCount,
    desktopCount,
    importedAt: nowIso(clock),
    importedBy: by,
  };
}
