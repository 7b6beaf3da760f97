import { directoryUserIdSchema, type getScimUser, type listScimUsers, type RouteInput } from '@afterimage/contracts';
import { foldName, type StoredUser } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import { type Comparison, readFilter } from './read-path.ts';
import { listOf, pageOf, type Selection, select, toScimUser } from './resources.ts';
import type { ScimUseCaseDependencies } from './scim-dependencies.ts';

export async function showUser(
  dependencies: ScimUseCaseDependencies,
  { params, query }: RouteInput<typeof getScimUser>,
): Promise<Outcome<typeof getScimUser>> {
  const userId = directoryUserIdSchema.safeParse(params.userId);
  const [found] = userId.success ? await dependencies.directory.findUsers([userId.data]) : [];
  if (found === undefined) return refuseUser();
  return done(select(await describeUser(dependencies, found), query));
}

export function refuseUser() {
  return refuse('directory-entry-not-found', 'There is no such user. Nothing was changed.');
}

export async function describeUser({ directory, scimUrl }: ScimUseCaseDependencies, stored: StoredUser) {
  return toScimUser(stored, stored.user.isActive ? await directory.findGroups(stored.groupIds) : [], scimUrl);
}

/** Everybody, page by page; with a filter those that it describes. */
export async function findUsers(
  dependencies: ScimUseCaseDependencies,
  { query }: RouteInput<typeof listScimUsers>,
): Promise<Outcome<typeof listScimUsers>> {
  const { startIndex, count } = pageOf(query);
  const from = startIndex - 1;
  if (query.filter !== undefined) {
    const found = await matching(dependencies, readFilter(query.filter));
    const shown = await describeAll(dependencies, found.slice(from, from + count), query);
    return done(listOf(shown, startIndex, found.length));
  }
  const names = await dependencies.directory.listUserNames();
  const found = await dependencies.directory.findUsersByName(names.slice(from, from + count));
  return done(listOf(await describeAll(dependencies, found, query), startIndex, names.length));
}

async function describeAll(dependencies: ScimUseCaseDependencies, users: readonly StoredUser[], query: Selection) {
  const { directory, scimUrl } = dependencies;
  const ids = users.filter(({ user }) => user.isActive).flatMap(({ groupIds }) => groupIds);
  const groups = new Map(
    (await directory.findGroups([...new Set(ids)])).map((stored) => [stored.group.groupId, stored]),
  );
  const groupsOf = ({ user, groupIds }: StoredUser) =>
    user.isActive ? groupIds.flatMap((groupId) => groups.get(groupId) ?? []) : [];
  return users.map((stored) => select(toScimUser(stored, groupsOf(stored), scimUrl), query));
}

/** Found by one comparison that has a key, held against all of them. */
async function matching({ directory }: ScimUseCaseDependencies, comparisons: readonly Comparison[]) {
  const finders: Record<string, (value: string) => Promise<StoredUser[]>> = {
    id: async (value) => {
      const userId = directoryUserIdSchema.safeParse(value);
      return userId.success ? directory.findUsers([userId.data]) : [];
    },
    username: (value) => directory.findUsersByName([value]),
    externalid: async (value) => [await directory.findUserByExternalId(value)].filter((one) => one !== undefined),
    emails: (value) => directory.findUsersByEmail(value),
  };
  const checks = comparisons.map((comparison) => ({ name: attributeOf(comparison), value: comparison.value }));
  for (const [name, find] of Object.entries(finders)) {
    const key = checks.find((check) => check.name === name && typeof check.value === 'string');
    if (key === undefined) continue;
    const found = await find(String(key.value));
    return found.filter((stored) => checks.every((check) => holds(stored, check)));
  }
  throw new ScimRefusal('invalidFilter', 'Users are found by id, userName, externalId or emails, alone or with more.');
}

/** @throws ScimRefusal for what nobody is compared by */
function attributeOf({ path: { name, condition, isExtension } }: Comparison): string {
  const isEmail = name === 'emails' || name === 'emails.value';
  const isOurEmail = condition === undefined || (condition.name === 'type' && condition.value === 'work');
  if (isEmail && isOurEmail && !isExtension) return 'emails';
  if (condition === undefined && !isExtension && name in comparedBy) return name;
  throw new ScimRefusal('invalidFilter', `Users cannot be found by ${name}.`);
}

const comparedBy: Record<string, (user: StoredUser['user']) => string | boolean | undefined> = {
  id: ({ userId }) => userId,
  username: ({ userName }) => foldName(userName),
  externalid: ({ externalId }) => externalId,
  emails: ({ email }) => email && foldName(email),
  displayname: ({ displayName }) => displayName && foldName(displayName),
  active: ({ isActive }) => isActive,
};

/** Ids are compared as they stand, everything else upper and lower case alike. */
function holds({ user }: StoredUser, { name, value }: { name: string; value: string | boolean }): boolean {
  const isExact = name === 'id' || name === 'externalid' || typeof value === 'boolean';
  return comparedBy[name]?.(user) === (isExact ? value : foldName(String(value)));
}
