import type { DirectoryUserId } from '@afterimage/contracts';
import { type Change, foldName, type StoredGroup, type StoredUser, type WriteOutcome } from '@afterimage/core';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import {
  emailKey,
  externalIdKey,
  groupKey,
  groupNameKey,
  groupRow,
  memberKey,
  userIdKey,
  userKey,
  userRow,
} from './directory-rows.ts';
import type { ItemKey } from './dynamo-table.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One row of a change, and what it means when its condition does not hold. */
export interface RowWrite {
  item: TransactItem;
  whenRefused: Exclude<WriteOutcome, 'written'>;
}

const changed = 'changed-meanwhile';
const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };

/** The rows of a person: their own, that of their id, what must be unique, and one for each group that they are in. */
export function userWrites(tableName: string, { before, after }: Change<StoredUser>): RowWrite[] {
  const rows = writer(tableName);
  const stays = before !== undefined && after !== undefined && hasSameName(before, after);
  const next = (before?.revision ?? 0) + 1;
  if (before !== undefined && !stays) rows.remove(userKey(before.user.userName), before.revision);
  if (after !== undefined) {
    if (stays) rows.replace(userRow(after, next), before.revision);
    else rows.claim(userRow(after, next), 'name-taken');
  }
  const someone = after ?? before;
  if (someone === undefined) return [];
  const { userId } = someone.user;
  if (!stays) rows.point(userIdKey(userId), after && { userName: foldName(after.user.userName) });
  rows.move(
    before?.user.externalId && externalIdKey('USER', before.user.externalId),
    after?.user.externalId && externalIdKey('USER', after.user.externalId),
    { userId },
  );
  const emailOf = (who: StoredUser | undefined) => who?.user.email && emailKey(who.user.email, userId);
  const [emailBefore, emailAfter] = [emailOf(before), emailOf(after)];
  if (!isSameKey(emailBefore, emailAfter)) {
    if (emailBefore) rows.point(emailBefore, undefined);
    if (emailAfter) rows.point(emailAfter, {});
  }
  moveMemberships(rows, userId, before, after);
  return rows.writes;
}

function moveMemberships(
  rows: ReturnType<typeof writer>,
  userId: DirectoryUserId,
  before: StoredUser | undefined,
  after: StoredUser | undefined,
): void {
  const had = new Set(before?.groupIds);
  const has = new Set(after?.groupIds);
  for (const groupId of had) if (!has.has(groupId)) rows.point(memberKey(groupId, userId), undefined);
  for (const groupId of has) if (!had.has(groupId)) rows.point(memberKey(groupId, userId), {});
}

export function groupWrites(tableName: string, { before, after }: Change<StoredGroup>): RowWrite[] {
  const rows = writer(tableName);
  const someone = after ?? before;
  if (someone === undefined) return [];
  const { groupId } = someone.group;
  if (after === undefined) rows.remove(groupKey(groupId), someone.revision);
  else if (before === undefined) rows.claim(groupRow(after, 1), changed);
  else rows.replace(groupRow(after, before.revision + 1), before.revision);
  const nameOf = (group: StoredGroup | undefined) => group && groupNameKey(group.group.name);
  rows.move(nameOf(before), nameOf(after), { groupId }, 'name-taken');
  const externalIdOf = (group: StoredGroup | undefined) =>
    group?.group.externalId && externalIdKey('GROUP', group.group.externalId);
  rows.move(externalIdOf(before), externalIdOf(after), { groupId });
  return rows.writes;
}

function hasSameName(before: StoredUser, after: StoredUser): boolean {
  return foldName(before.user.userName) === foldName(after.user.userName);
}

function isSameKey(one: ItemKey | string | undefined, other: ItemKey | string | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function writer(TableName: string) {
  const writes: RowWrite[] = [];
  const add = (item: TransactItem, whenRefused: RowWrite['whenRefused']) => writes.push({ item, whenRefused });
  const unchanged = (revision: number) => ({
    ConditionExpression: 'revision = :revision',
    ExpressionAttributeValues: { ':revision': revision },
  });
  return {
    writes,
    /** A row that nobody may have. */
    claim: (row: ItemKey & object, whenRefused: RowWrite['whenRefused']) =>
      add({ Put: { TableName, Item: row, ...isNew } }, whenRefused),
    /** A row that nobody has changed meanwhile. */
    replace: (row: ItemKey & object, revision: number) =>
      add({ Put: { TableName, Item: row, ...unchanged(revision) } }, changed),
    remove: (Key: ItemKey, revision: number) => add({ Delete: { TableName, Key, ...unchanged(revision) } }, changed),
    /** A row that follows another one, written or gone. */
    point: (key: ItemKey, content: object | undefined) =>
      add(
        content === undefined
          ? { Delete: { TableName, Key: key } }
          : { Put: { TableName, Item: { ...key, ...content } } },
        changed,
      ),
    /** What must be unique is given back, and taken where nobody has it. */
    move(
      from: ItemKey | '' | undefined,
      to: ItemKey | '' | undefined,
      content: object,
      whenTaken: RowWrite['whenRefused'] = 'external-id-taken',
    ) {
      if (isSameKey(from, to)) return;
      if (from) add({ Delete: { TableName, Key: from } }, changed);
      if (to) add({ Put: { TableName, Item: { ...to, ...content }, ...isNew } }, whenTaken);
    },
  };
}
