import type { ListedResource, PublishedResource, PublishingSiteId } from '@afterimage/contracts';
import { foldName } from '../directory/fold-name.ts';
import type { SiteCatalogue } from '../stores/published-resource-store.ts';

export interface ResourceSearch {
  /** Part of a display name or an id, upper and lower case alike. */
  find?: string | undefined;
  siteId?: PublishingSiteId | undefined;
  kind?: PublishedResource['kind'] | undefined;
  limit: number;
  /** What an earlier page said of where it ended. */
  after?: string | undefined;
}

/** A page of what sites publish, by display name; of equal names by site and id. */
export function searchResources(
  catalogues: readonly SiteCatalogue[],
  { find = '', siteId, kind, limit, after = '' }: ResourceSearch,
): { resources: ListedResource[]; after?: string } {
  const wanted = foldName(find);
  const found = catalogues
    .filter(({ site }) => siteId === undefined || site.siteId === siteId)
    .flatMap(listed)
    .filter((resource) => kind === undefined || resource.kind === kind)
    .filter(({ displayName, resourceId }) => [displayName, resourceId].some((name) => foldName(name).includes(wanted)))
    .map((resource) => ({ resource, position: positionOf(resource) }))
    .filter(({ position }) => position > after)
    .sort((one, other) => (one.position < other.position ? -1 : 1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    resources: page.map(({ resource }) => resource),
    ...(found.length > limit && last !== undefined ? { after: last.position } : {}),
  };
}

/** Who publishes what under these ids, upper and lower case alike; in the order of the sites. */
export function findResources(catalogues: readonly SiteCatalogue[], resourceIds: readonly string[]): ListedResource[] {
  const wanted = new Set(resourceIds.map(foldName));
  return catalogues.flatMap(listed).filter(({ resourceId }) => wanted.has(foldName(resourceId)));
}

function listed({ site, resources }: SiteCatalogue): ListedResource[] {
  return resources.map((resource) => ({ ...resource, siteId: site.siteId, siteAddress: site.address }));
}

/** Names hold no control characters. */
function positionOf({ displayName, siteAddress, resourceId }: ListedResource): string {
  return [displayName, siteAddress, resourceId].map(foldName).join('\u0000');
}
