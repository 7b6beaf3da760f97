import {
  type DirectoryUserId,
  directoryUserIdSchema,
  scimGroupBodySchema,
  scimMembersSchema,
} from '@afterimage/contracts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import type { Operation } from './read-operations.ts';
import type { AttributePath } from './read-path.ts';

/** What SCIM may say of a group. */
export interface GroupDraft {
  name: string;
  externalId?: string | undefined;
  members: MemberMoves;
}

/** Applied to whoever is a member: first all leave, where it says so. */
export interface MemberMoves {
  allLeave: boolean;
  joining: ReadonlySet<DirectoryUserId>;
  leaving: ReadonlySet<DirectoryUserId>;
}

export const nobodyMoves: MemberMoves = { allLeave: false, joining: new Set(), leaving: new Set() };

const { displayName: nameSchema, externalId: externalIdSchema } = scimGroupBodySchema.shape;

/** One operation of a PATCH. */
export function carryOutOnGroup(draft: GroupDraft, { kind, path, value }: Operation): GroupDraft {
  if (path.isExtension) return draft;
  switch (path.name) {
    case 'displayname':
      return { ...draft, name: parsed(nameSchema, kind === 'remove' ? undefined : value, path) };
    case 'externalid':
      return { ...draft, externalId: parsed(externalIdSchema, kind === 'remove' ? null : value, path) };
    case 'members':
      return { ...draft, members: moveMembers(draft.members, { kind, path, value }) };
    case 'id':
    case 'meta':
    case 'schemas':
      throw new ScimRefusal('mutability', `${path.name} cannot be changed. Nothing was changed.`);
  }
  throw new ScimRefusal('invalidPath', `Groups have no attribute ${path.name.slice(0, 100)}. Nothing was changed.`);
}

/**
 * Who leaves is named by a condition in the path, as the standard has it, or by the value, as some clients write it;
 * without either everybody leaves.
 */
function moveMembers(moves: MemberMoves, { kind, path, value }: Operation): MemberMoves {
  const { condition } = path;
  if (condition !== undefined && (kind !== 'remove' || condition.name !== 'value')) {
    throw new ScimRefusal('invalidPath', 'Members are found by their value, and only to remove them.');
  }
  if (kind === 'remove') {
    if (condition !== undefined) return leave(moves, knownIds([{ value: String(condition.value) }]));
    return value === undefined || value === null ? everybodyLeaves : leave(moves, knownIds(membersIn(value, path)));
  }
  const named = memberIds(value === null ? [] : membersIn(value, path));
  return join(kind === 'replace' ? everybodyLeaves : moves, named);
}

const everybodyLeaves: MemberMoves = { ...nobodyMoves, allLeave: true };

function join({ allLeave, joining, leaving }: MemberMoves, ids: readonly DirectoryUserId[]): MemberMoves {
  const named = new Set(ids);
  return { allLeave, joining: new Set([...joining, ...ids]), leaving: without(leaving, named) };
}

function leave({ allLeave, joining, leaving }: MemberMoves, ids: readonly DirectoryUserId[]): MemberMoves {
  const named = new Set(ids);
  return { allLeave, joining: without(joining, named), leaving: new Set([...leaving, ...ids]) };
}

function without(ids: ReadonlySet<DirectoryUserId>, gone: ReadonlySet<DirectoryUserId>): Set<DirectoryUserId> {
  return new Set([...ids].filter((id) => !gone.has(id)));
}

function membersIn(value: unknown, path: AttributePath) {
  return parsed(scimMembersSchema, Array.isArray(value) ? value : [value], path);
}

/** Ids of people; a group in a group is refused, for it would count for nobody. */
export function memberIds(members: readonly { value: string }[]): DirectoryUserId[] {
  const ids = knownIds(members);
  const foreign = members.find(({ value }) => !directoryUserIdSchema.safeParse(value).success);
  if (foreign === undefined) return ids;
  throw new ScimRefusal('invalidValue', `"${foreign.value.slice(0, 100)}" is no user. Nothing was changed.`);
}

/** Who was never a member need not leave. */
function knownIds(members: readonly { value: string }[]): DirectoryUserId[] {
  return members.flatMap(({ value }) => directoryUserIdSchema.safeParse(value).data ?? []);
}

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function parsed<T>(schema: Parser<T>, value: unknown, { name }: AttributePath): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ScimRefusal('invalidValue', `The value of ${name} is not valid. Nothing was changed.`);
}
