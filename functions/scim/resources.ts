import { type DirectoryUserId, type ScimGroup, type ScimUser, scimUrns } from '@afterimage/contracts';
import type { StoredGroup, StoredUser } from '@afterimage/core';

/** A person as SCIM shows them. @param groups those that count */
export function toScimUser({ user }: StoredUser, groups: readonly StoredGroup[], scimUrl: string): ScimUser {
  return {
    schemas: [scimUrns.user],
    id: user.userId,
    ...(user.externalId === undefined ? {} : { externalId: user.externalId }),
    userName: user.userName,
    ...(user.displayName === undefined ? {} : { displayName: user.displayName }),
    active: user.isActive,
    ...(user.email === undefined ? {} : { emails: [{ value: user.email, type: 'work', primary: true }] }),
    groups: groups.map(({ group: { groupId, name } }) => ({
      value: groupId,
      display: name,
      $ref: `${scimUrl}/Groups/${groupId}`,
    })),
    meta: {
      resourceType: 'User',
      created: user.createdAt,
      lastModified: user.changedAt,
      location: `${scimUrl}/Users/${user.userId}`,
    },
  };
}

/** @param members left out where nobody asked for them: they may be many */
export function toScimGroup(
  { group }: StoredGroup,
  members: readonly DirectoryUserId[] | undefined,
  scimUrl: string,
): ScimGroup {
  return {
    schemas: [scimUrns.group],
    id: group.groupId,
    ...(group.externalId === undefined ? {} : { externalId: group.externalId }),
    displayName: group.name,
    ...(members === undefined ? {} : { members: members.map((value) => ({ value })) }),
    meta: {
      resourceType: 'Group',
      created: group.createdAt,
      lastModified: group.changedAt,
      location: `${scimUrl}/Groups/${group.groupId}`,
    },
  };
}

export interface Selection {
  attributes?: string | undefined;
  excludedAttributes?: string | undefined;
}

/** Whether an attribute is to be shown; `attributes` goes before `excludedAttributes`. */
export function isWanted({ attributes, excludedAttributes }: Selection, name: string): boolean {
  if (attributes !== undefined) return namesIn(attributes).has(name.toLowerCase());
  return !namesIn(excludedAttributes ?? '').has(name.toLowerCase());
}

/** `schemas` and `id` are always shown (RFC 7643, 3.1). */
export function select<T extends ScimUser | ScimGroup>(resource: T, selection: Selection): T {
  const always = ['schemas', 'id'];
  const shown = Object.entries(resource).filter(([name]) => always.includes(name) || isWanted(selection, name));
  return Object.fromEntries(shown) as T;
}

/** Of `emails.value` all of `emails` is shown. */
function namesIn(list: string): Set<string> {
  return new Set(
    list.split(',').map((name) => {
      const bare = name.trim().toLowerCase();
      return (bare.split(':').at(-1) ?? bare).split('.', 1)[0] ?? bare;
    }),
  );
}

export function listOf<T>(resources: readonly T[], startIndex: number, totalResults: number) {
  return {
    schemas: [scimUrns.listResponse],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: [...resources],
  };
}

const maxCount = 200;

/** Which of a list are asked for (RFC 7644, 3.4.2.4). */
export function pageOf(query: { startIndex: number; count: number }): { startIndex: number; count: number } {
  return { startIndex: Math.max(1, query.startIndex), count: Math.min(maxCount, Math.max(0, query.count)) };
}
