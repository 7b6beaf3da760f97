import {
  type DirectoryGroupId,
  type DirectoryUserId,
  directoryGroupIdSchema,
  directoryGroupSchema,
  directoryUserIdSchema,
  directoryUserSchema,
} from '@afterimage/contracts';
import { foldName, type StoredGroup, type StoredUser } from '@afterimage/core';
import * as z from 'zod';
import type { ItemKey } from './dynamo-table.ts';

/** Names are spread over so many partitions of the index, so that an import is not held up by one of them. */
export const listingShards = 8;

export const userKey = (userName: string): ItemKey => ({ pk: `USER#${foldName(userName)}`, sk: 'USER' });
export const userIdKey = (userId: DirectoryUserId): ItemKey => ({ pk: `USERID#${userId}`, sk: 'USERID' });
export const groupKey = (groupId: DirectoryGroupId): ItemKey => ({ pk: `GROUP#${groupId}`, sk: 'GROUP' });
export const groupNameKey = (name: string): ItemKey => ({ pk: `GROUPNAME#${foldName(name)}`, sk: 'GROUPNAME' });
export const externalIdKey = (kind: 'USER' | 'GROUP', externalId: string): ItemKey => ({
  pk: `EXTERNALID#${kind}#${externalId}`,
  sk: 'EXTERNALID',
});
export const emailKey = (email: string, userId: DirectoryUserId): ItemKey => ({
  pk: `EMAIL#${foldName(email)}`,
  sk: userId,
});
const memberPrefix = 'MEMBER#';
export const memberKey = (groupId: DirectoryGroupId, userId: DirectoryUserId): ItemKey => ({
  pk: `GROUP#${groupId}`,
  sk: `${memberPrefix}${userId}`,
});
export { memberPrefix };

export const userRowSchema = z.object({
  data: directoryUserSchema,
  groupIds: z.array(directoryGroupIdSchema),
  revision: z.int(),
});
export const groupRowSchema = z.object({
  data: directoryGroupSchema.omit({ memberCount: true }),
  revision: z.int(),
});
/** Row of a person’s id. */
export const userNameRowSchema = z.object({ userName: z.string() });
export const userIdRowSchema = z.object({ userId: directoryUserIdSchema });
export const groupIdRowSchema = z.object({ groupId: directoryGroupIdSchema });
export const memberRowSchema = z.object({
  sk: z
    .string()
    .transform((sk) => sk.slice(memberPrefix.length))
    .pipe(directoryUserIdSchema),
});
export const emailRowSchema = z.object({ sk: directoryUserIdSchema });
export const listingRowSchema = z.object({ pk: z.string(), sk: z.string(), listingKey: z.string() });
export type ListingRow = z.infer<typeof listingRowSchema>;

export function readUserRow(row: unknown): StoredUser {
  const { data, groupIds, revision } = userRowSchema.parse(row);
  return { user: data, groupIds, revision };
}

export function readGroupRow(row: unknown): StoredGroup {
  const { data, revision } = groupRowSchema.parse(row);
  return { group: data, revision };
}

export function userRow({ user, groupIds }: StoredUser, revision: number) {
  return { ...userKey(user.userName), ...listing('USER', user.userName), data: user, groupIds, revision };
}

export function groupRow({ group }: StoredGroup, revision: number) {
  return { ...groupKey(group.groupId), ...listing('GROUP', group.name), data: group, revision };
}

function listing(kind: 'USER' | 'GROUP', name: string) {
  const listingKey = foldName(name);
  return { listing: `${kind}#${shardOf(listingKey)}`, listingKey };
}

/** FNV-1a: spreads names evenly, and the same name always to the same place. */
function shardOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % listingShards;
}
