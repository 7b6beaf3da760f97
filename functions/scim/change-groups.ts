import {
  type createScimGroup,
  type DirectoryGroupId,
  type deleteScimGroup,
  directoryGroupIdSchema,
  makeDirectoryGroupId,
  type patchScimGroup,
  type RouteInput,
  type replaceScimGroup,
} from '@afterimage/contracts';
import { changeGroup, moveMembers, nowIso, removeGroup, type StoredGroup, type Taken } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import { carryOutOnGroup, type GroupDraft, type MemberMoves, memberIds, nobodyMoves } from './group-draft.ts';
import { readOperations } from './read-operations.ts';
import type { ScimUseCaseDependencies } from './scim-dependencies.ts';
import { describeGroup, refuseGroup } from './show-groups.ts';

export async function createGroup(
  dependencies: ScimUseCaseDependencies,
  { body }: RouteInput<typeof createScimGroup>,
): Promise<Outcome<typeof createScimGroup>> {
  const { directory, clock } = dependencies;
  const at = nowIso(clock);
  const draft = { name: body.displayName, externalId: body.externalId, members: joined(body.members ?? []) };
  await refuseStrangers(dependencies, draft.members);
  const groupId = makeDirectoryGroupId(clock);
  const created: StoredGroup = { group: { ...kept(draft), groupId, createdAt: at, changedAt: at }, revision: 0 };
  const [outcome] = await directory.writeGroups([{ after: created }]);
  if (outcome !== 'written') return refuseTaken(outcome === 'external-id-taken' ? outcome : 'name-taken');
  await moveMembers(directory, groupId, { joining: [...draft.members.joining] });
  return done(await describeGroup(dependencies, created, true));
}

/** Without `members` they stay. */
export async function replaceGroup(
  dependencies: ScimUseCaseDependencies,
  { params, body }: RouteInput<typeof replaceScimGroup>,
): Promise<Outcome<typeof replaceScimGroup>> {
  const members = body.members === undefined ? nobodyMoves : { ...joined(body.members), allLeave: true };
  const changed = await change(dependencies, params.groupId, () => ({
    name: body.displayName,
    externalId: body.externalId,
    members,
  }));
  if (changed === undefined) return refuseGroup();
  return typeof changed === 'string' ? refuseTaken(changed) : done(await describeGroup(dependencies, changed, true));
}

/** All operations or none: they are carried out on a draft before anything is written. */
export async function patchGroup(
  dependencies: ScimUseCaseDependencies,
  { params, body }: RouteInput<typeof patchScimGroup>,
): Promise<Outcome<typeof patchScimGroup>> {
  const operations = readOperations(body);
  const changed = await change(dependencies, params.groupId, (draft) => operations.reduce(carryOutOnGroup, draft));
  if (changed === undefined) return refuseGroup();
  return typeof changed === 'string' ? refuseTaken(changed) : done(undefined);
}

export async function deleteGroup(
  { directory }: ScimUseCaseDependencies,
  { params }: RouteInput<typeof deleteScimGroup>,
): Promise<Outcome<typeof deleteScimGroup>> {
  const groupId = directoryGroupIdSchema.safeParse(params.groupId);
  const isRemoved = groupId.success && (await removeGroup(directory, groupId.data));
  return isRemoved ? done(undefined) : refuseGroup();
}

/** The group first, then its members: what is cut off half-way is ended by the same call again. */
async function change(
  dependencies: ScimUseCaseDependencies,
  id: string,
  redraft: (draft: GroupDraft) => GroupDraft,
): Promise<StoredGroup | Taken | undefined> {
  const { directory, clock } = dependencies;
  const groupId = directoryGroupIdSchema.safeParse(id).data;
  const [known] = groupId === undefined ? [] : await directory.findGroups([groupId]);
  if (groupId === undefined || known === undefined) return undefined;
  const { members } = redraft({ ...known.group, members: nobodyMoves });
  await refuseStrangers(dependencies, members);
  const at = nowIso(clock);
  const changed = await changeGroup(directory, groupId, ({ group, revision }) => {
    const draft = redraft({ ...group, members: nobodyMoves });
    return { group: { ...kept(draft), groupId, createdAt: group.createdAt, changedAt: at }, revision };
  });
  if (typeof changed === 'object') await carryOutMoves(dependencies, groupId, members);
  return changed;
}

async function carryOutMoves(
  { directory }: ScimUseCaseDependencies,
  groupId: DirectoryGroupId,
  { allLeave, joining, leaving }: MemberMoves,
): Promise<void> {
  const all = { limit: Number.POSITIVE_INFINITY };
  const present = allLeave ? (await directory.listMemberIds(groupId, all)).items : [...leaving];
  await moveMembers(directory, groupId, {
    joining: [...joining],
    leaving: present.filter((userId) => !joining.has(userId)),
  });
}

/** @throws ScimRefusal where somebody is to join whom nobody knows */
async function refuseStrangers({ directory }: ScimUseCaseDependencies, { joining }: MemberMoves): Promise<void> {
  const known = new Set((await directory.findUsers([...joining])).map(({ user }) => user.userId));
  const strangers = [...joining].filter((userId) => !known.has(userId));
  if (strangers.length === 0) return;
  const some = strangers.slice(0, 10).join(', ');
  throw new ScimRefusal('invalidValue', `There is no user ${some}. Nothing was changed.`);
}

function joined(members: readonly { value: string }[]): MemberMoves {
  return { ...nobodyMoves, joining: new Set(memberIds(members)) };
}

/** What is written by SCIM is the identity provider’s from here on. */
function kept({ name, externalId }: GroupDraft) {
  return { name, ...(externalId === undefined ? {} : { externalId }), source: 'scim' as const };
}

function refuseTaken(taken: Taken) {
  const what = taken === 'name-taken' ? 'displayName' : 'externalId';
  return refuse('already-exists', `Another group has this ${what}. Nothing was changed.`);
}
