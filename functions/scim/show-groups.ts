import {
  directoryGroupIdSchema,
  directoryUserIdSchema,
  type getScimGroup,
  type listScimGroups,
  type RouteInput,
} from '@afterimage/contracts';
import { foldName, type StoredGroup } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import { type Comparison, readFilter } from './read-path.ts';
import { isWanted, listOf, pageOf, type Selection, select, toScimGroup } from './resources.ts';
import type { ScimUseCaseDependencies } from './scim-dependencies.ts';

export async function showGroup(
  dependencies: ScimUseCaseDependencies,
  { params, query }: RouteInput<typeof getScimGroup>,
): Promise<Outcome<typeof getScimGroup>> {
  const groupId = directoryGroupIdSchema.safeParse(params.groupId);
  const [found] = groupId.success ? await dependencies.directory.findGroups([groupId.data]) : [];
  if (found === undefined) return refuseGroup();
  return done(select(await describeGroup(dependencies, found, isWanted(query, 'members')), query));
}

export function refuseGroup() {
  return refuse('directory-entry-not-found', 'There is no such group. Nothing was changed.');
}

export async function describeGroup(
  { directory, scimUrl }: ScimUseCaseDependencies,
  stored: StoredGroup,
  hasMembers: boolean,
) {
  const all = { limit: Number.POSITIVE_INFINITY };
  const members = hasMembers ? (await directory.listMemberIds(stored.group.groupId, all)).items : undefined;
  return toScimGroup(stored, members, scimUrl);
}

/** Groups of a list are shown without their members, which may be many, unless `attributes` asks for them. */
export async function findGroups(
  dependencies: ScimUseCaseDependencies,
  { query }: RouteInput<typeof listScimGroups>,
): Promise<Outcome<typeof listScimGroups>> {
  const { startIndex, count } = pageOf(query);
  const from = startIndex - 1;
  if (query.filter !== undefined) {
    const found = await matching(dependencies, readFilter(query.filter));
    const shown = await describeAll(dependencies, found.slice(from, from + count), query);
    return done(listOf(shown, startIndex, found.length));
  }
  const ids = await dependencies.directory.listGroupIds();
  const found = await dependencies.directory.findGroups(ids.slice(from, from + count));
  return done(listOf(await describeAll(dependencies, found, query), startIndex, ids.length));
}

async function describeAll(dependencies: ScimUseCaseDependencies, groups: readonly StoredGroup[], query: Selection) {
  const hasMembers = query.attributes !== undefined && isWanted(query, 'members');
  const shown = await Promise.all(groups.map((stored) => describeGroup(dependencies, stored, hasMembers)));
  return shown.map((group) => select(group, query));
}

/** Found by one comparison that has a key, held against all of them. */
async function matching({ directory }: ScimUseCaseDependencies, comparisons: readonly Comparison[]) {
  const checks = new Map(comparisons.map((comparison) => [attributeOf(comparison), String(comparison.value)]));
  if (checks.size < comparisons.length) throw new ScimRefusal('invalidFilter', 'An attribute stands there twice.');
  const [id, name, externalId, member] = ['id', 'displayname', 'externalid', 'members'].map((key) => checks.get(key));
  const memberOf = member === undefined ? undefined : await groupsWith(directory, member);
  const groupId = directoryGroupIdSchema.safeParse(id);
  let found: StoredGroup[] = [];
  if (id !== undefined) found = groupId.success ? await directory.findGroups([groupId.data]) : [];
  else if (name !== undefined) found = await directory.findGroupsByName([name]);
  else if (externalId !== undefined) {
    found = [await directory.findGroupByExternalId(externalId)].filter((one) => one !== undefined);
  } else found = await directory.findGroups([...(memberOf ?? [])]);
  return found.filter(
    ({ group }) =>
      (name === undefined || foldName(name) === foldName(group.name)) &&
      (externalId === undefined || externalId === group.externalId) &&
      (memberOf === undefined || memberOf.has(group.groupId)),
  );
}

async function groupsWith(directory: ScimUseCaseDependencies['directory'], member: string) {
  const userId = directoryUserIdSchema.safeParse(member);
  const [user] = userId.success ? await directory.findUsers([userId.data]) : [];
  return new Set(user?.groupIds);
}

/** @throws ScimRefusal for what no group is compared by */
function attributeOf({ path: { name, condition, isExtension } }: Comparison): string {
  const attribute = name === 'members.value' ? 'members' : name;
  const isKnown = ['id', 'displayname', 'externalid', 'members'].includes(attribute);
  if (isKnown && condition === undefined && !isExtension) return attribute;
  throw new ScimRefusal(
    'invalidFilter',
    `Groups cannot be found by ${name}, only by id, displayName, externalId or members.`,
  );
}
