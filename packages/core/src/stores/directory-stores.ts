import type {
  DirectoryGroup,
  DirectoryGroupId,
  DirectoryUser,
  DirectoryUserId,
  ScimToken,
  ScimTokenId,
} from '@afterimage/contracts';
import type { Page } from './agent-stores.ts';

/** A person as kept, with the groups that they are in, whether these count or not. */
export interface StoredUser {
  user: DirectoryUser;
  groupIds: readonly DirectoryGroupId[];
  /** Rises with each write; 0 for who was never written. */
  revision: number;
}

/** A group as kept: its members are counted when somebody looks. */
export interface StoredGroup {
  group: Omit<DirectoryGroup, 'memberCount'>;
  revision: number;
}

/** Without `before` something is new, without `after` it goes. */
export interface Change<T> {
  before?: T;
  after?: T;
}

/** `changed-meanwhile`: somebody else was quicker; read again. The others: what must be unique is somebody else's. */
export type WriteOutcome = 'written' | 'changed-meanwhile' | 'name-taken' | 'external-id-taken';

export interface DirectoryPage {
  limit: number;
  cursor?: string;
  /** Begin of a name, upper and lower case alike. */
  startsWith?: string;
}

/** What the directory says of a person, as of now. */
export interface DirectoryEntry {
  isActive: boolean;
  /** Names of the groups that count for them: none while they are not active. */
  groups: string[];
}

/** People and groups. Names are unique, upper and lower case alike; what is written is effective at once. */
export interface DirectoryStore {
  /** Undefined for one whom it does not know. */
  findEntry(userName: string): Promise<DirectoryEntry | undefined>;
  /** Names of the groups that count for a person; none for one who is not active or not known. */
  findGroupsOf(userName: string): Promise<string[]>;

  findUsers(userIds: readonly DirectoryUserId[]): Promise<StoredUser[]>;
  findUsersByName(userNames: readonly string[]): Promise<StoredUser[]>;
  findUserByExternalId(externalId: string): Promise<StoredUser | undefined>;
  findUsersByEmail(email: string): Promise<StoredUser[]>;
  /** By name. An unreadable cursor begins again. Who was written a moment ago may be missing. */
  listUsers(page: DirectoryPage): Promise<Page<StoredUser>>;
  /** Everybody, by name, folded. */
  listUserNames(): Promise<string[]>;
  /** Each change whole or not at all; outcomes in the order of the changes. */
  writeUsers(changes: readonly Change<StoredUser>[]): Promise<WriteOutcome[]>;

  findGroups(groupIds: readonly DirectoryGroupId[]): Promise<StoredGroup[]>;
  findGroupsByName(names: readonly string[]): Promise<StoredGroup[]>;
  findGroupByExternalId(externalId: string): Promise<StoredGroup | undefined>;
  listGroups(page: DirectoryPage): Promise<Page<StoredGroup>>;
  /** All, by name. */
  listGroupIds(): Promise<DirectoryGroupId[]>;
  /** A group that goes counts for nobody from here on; who was in it is not touched. */
  writeGroups(changes: readonly Change<StoredGroup>[]): Promise<WriteOutcome[]>;

  countMembers(groupId: DirectoryGroupId): Promise<number>;
  listMemberIds(groupId: DirectoryGroupId, page: { limit: number; cursor?: string }): Promise<Page<DirectoryUserId>>;
}

export interface ScimTokenStore {
  create(token: ScimToken, secretHash: string): Promise<void>;
  find(scimTokenId: ScimTokenId): Promise<{ token: ScimToken; secretHash: string } | undefined>;
  /** Oldest first. */
  list(): Promise<ScimToken[]>;
  /** False where there is none. */
  revoke(scimTokenId: ScimTokenId): Promise<boolean>;
  noteUsed(scimTokenId: ScimTokenId, at: string): Promise<void>;
}
