import type {
  DirectoryGroup,
  getDirectoryUser,
  listDirectoryGroupMembers,
  listDirectoryGroups,
  listDirectoryUsers,
  RouteInput,
} from '@afterimage/contracts';
import { type DirectoryStore, foldName, type StoredGroup } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ShowDirectoryDependencies {
  directory: Pick<
    DirectoryStore,
    'findUsers' | 'listUsers' | 'findGroups' | 'listGroups' | 'countMembers' | 'listMemberIds'
  >;
}

export async function showUsers(
  { directory }: ShowDirectoryDependencies,
  { query }: RouteInput<typeof listDirectoryUsers>,
): Promise<Outcome<typeof listDirectoryUsers>> {
  const { items, cursor } = await directory.listUsers(pageOf(query));
  return done({ users: items.map(({ user }) => user), ...(cursor === undefined ? {} : { cursor }) });
}

export async function showUser(
  { directory }: ShowDirectoryDependencies,
  { params }: RouteInput<typeof getDirectoryUser>,
): Promise<Outcome<typeof getDirectoryUser>> {
  const [found] = await directory.findUsers([params.userId]);
  if (found === undefined) {
    return refuse('directory-entry-not-found', 'Nobody in the directory has this id. Look them up in the list.');
  }
  const groups = found.user.isActive ? await directory.findGroups(found.groupIds) : [];
  return done({ user: found.user, groups: await Promise.all(byName(groups).map((group) => count(directory, group))) });
}

export async function showGroups(
  { directory }: ShowDirectoryDependencies,
  { query }: RouteInput<typeof listDirectoryGroups>,
): Promise<Outcome<typeof listDirectoryGroups>> {
  const { items, cursor } = await directory.listGroups(pageOf(query));
  const groups = await Promise.all(items.map((group) => count(directory, group)));
  return done({ groups, ...(cursor === undefined ? {} : { cursor }) });
}

export async function showMembers(
  { directory }: ShowDirectoryDependencies,
  { params: { groupId }, query }: RouteInput<typeof listDirectoryGroupMembers>,
): Promise<Outcome<typeof listDirectoryGroupMembers>> {
  const [group] = await directory.findGroups([groupId]);
  if (group === undefined) {
    return refuse('directory-entry-not-found', 'No group in the directory has this id. Look it up in the list.');
  }
  const { items, cursor } = await directory.listMemberIds(groupId, pageOf(query));
  const members = (await directory.findUsers(items)).map(({ user }) => user);
  return done({ members, ...(cursor === undefined ? {} : { cursor }) });
}

function pageOf<T extends { limit: number; cursor?: string | undefined; startsWith?: string | undefined }>(query: T) {
  const { limit, cursor, startsWith } = query;
  return { limit, ...(cursor === undefined ? {} : { cursor }), ...(startsWith === undefined ? {} : { startsWith }) };
}

function byName(groups: readonly StoredGroup[]): StoredGroup[] {
  const nameOf = ({ group }: StoredGroup) => foldName(group.name);
  return [...groups].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

async function count(directory: Pick<DirectoryStore, 'countMembers'>, { group }: StoredGroup): Promise<DirectoryGroup> {
  return { ...group, memberCount: await directory.countMembers(group.groupId) };
}
