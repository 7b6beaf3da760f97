import type {
  DirectoryGroup,
  DirectoryGroupId,
  DirectoryUser,
  DirectoryUserId,
  ScimToken,
  ScimTokenId,
} from '@afterimage/contracts';
import type { Page } from './agent-stores.ts';

/** A group as it is kept: its members are counted when somebody looks. */
export type StoredGroup = Omit<DirectoryGroup, 'memberCount'>;

/** A person with the groups that they are in, whether they count or not. */
export interface Membership {
  user: DirectoryUser;
  groupIds: readonly DirectoryGroupId[];
}

/** Which of the things that must be unique somebody else has. */
export type Taken = 'name-taken' | 'external-id-taken';

export type UserChange = (before: Membership) => Membership;

export interface DirectoryPage {
  limit: number;
  cursor?: string;
  /** Begin of a name, upper and lower case alike. */
  startsWith?: string;
}

/** People and groups, in which names are unique, upper and lower case alike. What is written is effective at once. */
export interface DirectoryStore {
  /** Names of the groups that count for a person; none for one who is not active or not known. */
  findGroupsOf(userName: string): Promise<string[]>;

  findUsers(userIds: readonly DirectoryUserId[]): Promise<Membership[]>;
  findUsersByName(userNames: readonly string[]): Promise<Membership[]>;
  findUserByExternalId(externalId: string): Promise<Membership | undefined>;
  findUsersByEmail(email: string): Promise<Membership[]>;
  /** By name. An unreadable cursor begins again. */
  listUsers(page: DirectoryPage): Promise<Page<DirectoryUser>>;
  /** Everybody’s folded name, in order. */
  listUserNames(): Promise<string[]>;

  createUser(membership: Membership): Promise<'created' | Taken>;
  /** The person as changed; undefined where there is none. `change` may be asked more than once. */
  changeUser(userId: DirectoryUserId, change: UserChange): Promise<Membership | Taken | undefined>;
  deleteUser(userId: DirectoryUserId): Promise<boolean>;
  /**
   * Writes many people, each whole or not at all. Who has been changed since `before` was read is changed by what
   * differs: groups that were joined or left, and the person as `after` has them.
   */
  writeUsers(changes: readonly { before?: Membership; after?: Membership }[]): Promise<void>;

  findGroups(groupIds: readonly DirectoryGroupId[]): Promise<StoredGroup[]>;
  findGroupsByName(names: readonly string[]): Promise<StoredGroup[]>;
  findGroupByExternalId(externalId: string): Promise<StoredGroup | undefined>;
  listGroups(page: DirectoryPage): Promise<Page<StoredGroup>>;
  /** Ids of all groups, by name. */
  listGroupIds(): Promise<DirectoryGroupId[]>;
  countMembers(groupId: DirectoryGroupId): Promise<number>;
  listMembers(groupId: DirectoryGroupId, page: Omit<DirectoryPage, 'startsWith'>): Promise<Page<DirectoryUser>>;
  listMemberIds(groupId: DirectoryGroupId): Promise<DirectoryUserId[]>;

  createGroup(group: StoredGroup): Promise<'created' | Taken>;
  changeGroup(
    groupId: DirectoryGroupId,
    change: (before: StoredGroup) => StoredGroup,
  ): Promise<StoredGroup | Taken | undefined>;
  /** The group counts for nobody from here on; its members stay people. */
  deleteGroup(groupId: DirectoryGroupId): Promise<boolean>;
  /** Ids that nobody has are passed over. */
  addMembers(groupId: DirectoryGroupId, userIds: readonly DirectoryUserId[]): Promise<void>;
  removeMembers(groupId: DirectoryGroupId, userIds: readonly DirectoryUserId[]): Promise<void>;
}

export interface ScimTokenStore {
  create(token: ScimToken, secretHash: string): Promise<void>;
  find(scimTokenId: ScimTokenId): Promise<{ token: ScimToken; secretHash: string } | undefined>;
  list(): Promise<ScimToken[]>;
  /** False where there is none. */
  revoke(scimTokenId: ScimTokenId): Promise<boolean>;
  noteUsed(scimTokenId: ScimTokenId, at: string): Promise<void>;
}
