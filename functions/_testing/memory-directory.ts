import type { DirectoryGroupId, DirectoryUserId, ScimToken, ScimTokenId } from '@afterimage/contracts';
import {
  type Change,
  type DirectoryEntry,
  type DirectoryPage,
  type DirectoryStore,
  foldName,
  type Page,
  type ScimTokenStore,
  type StoredGroup,
  type StoredUser,
  type WriteOutcome,
} from '@afterimage/core';

/** People and groups in memory, under the rules of the store. */
export class MemoryDirectory implements DirectoryStore {
  readonly users = new Map<DirectoryUserId, StoredUser>();
  readonly groups = new Map<DirectoryGroupId, StoredGroup>();

  async findEntry(userName: string): Promise<DirectoryEntry | undefined> {
    const [found] = await this.findUsersByName([userName]);
    if (found === undefined) return undefined;
    if (!found.user.isActive) return { isActive: false, groups: [] };
    return { isActive: true, groups: (await this.findGroups(found.groupIds)).map(({ group }) => group.name) };
  }

  async findGroupsOf(userName: string): Promise<string[]> {
    return (await this.findEntry(userName))?.groups ?? [];
  }

  async findUsers(userIds: readonly DirectoryUserId[]): Promise<StoredUser[]> {
    return [...new Set(userIds)].flatMap((userId) => this.users.get(userId) ?? []);
  }

  async findUsersByName(userNames: readonly string[]): Promise<StoredUser[]> {
    const wanted = new Set(userNames.map(foldName));
    return this.#sortedUsers().filter((stored) => wanted.has(nameOf(stored)));
  }

  async findUserByExternalId(externalId: string): Promise<StoredUser | undefined> {
    return [...this.users.values()].find(({ user }) => user.externalId === externalId);
  }

  async findUsersByEmail(email: string): Promise<StoredUser[]> {
    return [...this.users.values()].filter(({ user }) => user.email && foldName(user.email) === foldName(email));
  }

  async listUsers(page: DirectoryPage): Promise<Page<StoredUser>> {
    return pageOf(this.#sortedUsers(), nameOf, page);
  }

  async listUserNames(): Promise<string[]> {
    return this.#sortedUsers().map(nameOf);
  }

  async writeUsers(changes: readonly Change<StoredUser>[]): Promise<WriteOutcome[]> {
    return changes.map(({ before, after }) => {
      const userId = (after ?? before)?.user.userId;
      if (userId === undefined) return 'written';
      if (this.users.get(userId)?.revision !== before?.revision) return 'changed-meanwhile';
      const others = [...this.users.values()].filter(({ user }) => user.userId !== userId);
      if (after && others.some((one) => nameOf(one) === nameOf(after))) return 'name-taken';
      if (after && others.some(({ user }) => isTaken(user, after.user))) return 'external-id-taken';
      this.users.delete(userId);
      if (after) this.users.set(userId, { ...after, revision: (before?.revision ?? 0) + 1 });
      return 'written';
    });
  }

  async findGroups(groupIds: readonly DirectoryGroupId[]): Promise<StoredGroup[]> {
    return [...new Set(groupIds)].flatMap((groupId) => this.groups.get(groupId) ?? []);
  }

  async findGroupsByName(names: readonly string[]): Promise<StoredGroup[]> {
    const wanted = new Set(names.map(foldName));
    return this.#sortedGroups().filter((stored) => wanted.has(groupNameOf(stored)));
  }

  async findGroupByExternalId(externalId: string): Promise<StoredGroup | undefined> {
    return [...this.groups.values()].find(({ group }) => group.externalId === externalId);
  }

  async listGroups(page: DirectoryPage): Promise<Page<StoredGroup>> {
    return pageOf(this.#sortedGroups(), groupNameOf, page);
  }

  async listGroupIds(): Promise<DirectoryGroupId[]> {
    return this.#sortedGroups().map(({ group }) => group.groupId);
  }

  async writeGroups(changes: readonly Change<StoredGroup>[]): Promise<WriteOutcome[]> {
    return changes.map(({ before, after }) => {
      const groupId = (after ?? before)?.group.groupId;
      if (groupId === undefined) return 'written';
      if (this.groups.get(groupId)?.revision !== before?.revision) return 'changed-meanwhile';
      const others = [...this.groups.values()].filter(({ group }) => group.groupId !== groupId);
      if (after && others.some((one) => groupNameOf(one) === groupNameOf(after))) return 'name-taken';
      if (after && others.some(({ group }) => isTaken(group, after.group))) return 'external-id-taken';
      this.groups.delete(groupId);
      if (after) this.groups.set(groupId, { ...after, revision: (before?.revision ?? 0) + 1 });
      return 'written';
    });
  }

  async countMembers(groupId: DirectoryGroupId): Promise<number> {
    return this.#membersOf(groupId).length;
  }

  async listMemberIds(groupId: DirectoryGroupId, page: { limit: number; cursor?: string }) {
    return pageOf(this.#membersOf(groupId), (userId) => userId, page);
  }

  #membersOf(groupId: DirectoryGroupId): DirectoryUserId[] {
    const members = [...this.users.values()].filter(({ groupIds }) => groupIds.includes(groupId));
    return members.map(({ user }) => user.userId).sort();
  }

  #sortedUsers(): StoredUser[] {
    return [...this.users.values()].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  }

  #sortedGroups(): StoredGroup[] {
    return [...this.groups.values()].sort((one, other) => (groupNameOf(one) < groupNameOf(other) ? -1 : 1));
  }
}

export class MemoryScimTokens implements ScimTokenStore {
  readonly rows = new Map<ScimTokenId, { token: ScimToken; secretHash: string }>();

  async create(token: ScimToken, secretHash: string): Promise<void> {
    this.rows.set(token.scimTokenId, { token, secretHash });
  }

  async find(scimTokenId: ScimTokenId) {
    return this.rows.get(scimTokenId);
  }

  async list(): Promise<ScimToken[]> {
    return [...this.rows.values()].map(({ token }) => token);
  }

  async revoke(scimTokenId: ScimTokenId): Promise<boolean> {
    return this.rows.delete(scimTokenId);
  }

  async noteUsed(scimTokenId: ScimTokenId, at: string): Promise<void> {
    const row = this.rows.get(scimTokenId);
    if (row) this.rows.set(scimTokenId, { ...row, token: { ...row.token, lastUsedAt: at } });
  }
}

const nameOf = ({ user }: StoredUser) => foldName(user.userName);
const groupNameOf = ({ group }: StoredGroup) => foldName(group.name);

function isTaken(one: { externalId?: string | undefined }, other: { externalId?: string | undefined }): boolean {
  return one.externalId !== undefined && one.externalId === other.externalId;
}

/** A cursor is the key after which the next page begins. */
function pageOf<T>(all: readonly T[], keyOf: (item: T) => string, { limit, cursor, startsWith = '' }: DirectoryPage) {
  const rest = all.filter((item) => keyOf(item).startsWith(foldName(startsWith)) && keyOf(item) > (cursor ?? ''));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(rest.length > limit && last !== undefined ? { cursor: keyOf(last) } : {}) };
}
