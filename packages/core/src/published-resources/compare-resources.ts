import type { PublishedResource } from '@afterimage/contracts';
import { foldName } from '../directory/fold-name.ts';
import type { ImportCounts } from '../directory/plan-import.ts';

/** What becomes of a site's resources when others take their place. */
export function countChanges(before: readonly PublishedResource[], after: readonly PublishedResource[]): ImportCounts {
  const known = new Map(before.map((resource) => [foldName(resource.resourceId), resource]));
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  for (const resource of after) {
    const earlier = known.get(foldName(resource.resourceId));
    known.delete(foldName(resource.resourceId));
    if (earlier === undefined) counts.added += 1;
    else if (isSame(earlier, resource)) counts.unchanged += 1;
    else counts.changed += 1;
  }
  return { ...counts, removed: known.size };
}

function isSame(one: PublishedResource, other: PublishedResource): boolean {
  return one.resourceId === other.resourceId && one.displayName === other.displayName && one.kind === other.kind;
}
