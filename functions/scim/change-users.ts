import {
  type createScimUser,
  type deleteScimUser,
  directoryUserIdSchema,
  makeDirectoryUserId,
  type patchScimUser,
  type RouteInput,
  type replaceScimUser,
  type ScimUser,
} from '@afterimage/contracts';
import { changeUser, nowIso, type StoredUser, type Taken } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { type Operation, readOperations } from './read-operations.ts';
import type { ScimUseCaseDependencies } from './scim-dependencies.ts';
import { describeUser, refuseUser } from './show-users.ts';
import { draftOf, setUserAttribute, type UserDraft } from './user-draft.ts';

export async function createUser(
  dependencies: ScimUseCaseDependencies,
  { body }: RouteInput<typeof createScimUser>,
): Promise<Outcome<typeof createScimUser>> {
  const { directory, clock } = dependencies;
  const at = nowIso(clock);
  const user = { ...kept(draftOf(body, true)), userId: makeDirectoryUserId(clock), createdAt: at, changedAt: at };
  const created: StoredUser = { user, groupIds: [], revision: 0 };
  const [outcome] = await directory.writeUsers([{ after: created }]);
  if (outcome === 'written') return done(await describeUser(dependencies, created));
  return refuseTaken(outcome === 'external-id-taken' ? outcome : 'name-taken');
}

export async function replaceUser(
  dependencies: ScimUseCaseDependencies,
  { params, body }: RouteInput<typeof replaceScimUser>,
): Promise<Outcome<typeof replaceScimUser>> {
  return change(dependencies, params.userId, ({ isActive }) => draftOf(body, isActive));
}

/** All operations or none: they are carried out on a draft, which is written once. */
export async function patchUser(
  dependencies: ScimUseCaseDependencies,
  { params, body }: RouteInput<typeof patchScimUser>,
): Promise<Outcome<typeof patchScimUser>> {
  const operations = readOperations(body);
  return change(dependencies, params.userId, (draft) => operations.reduce(carryOut, draft));
}

function carryOut(draft: UserDraft, { kind, path, value }: Operation): UserDraft {
  // Null stands for "no value" (RFC 7643, 2.5).
  return setUserAttribute(draft, path, kind === 'remove' || value === null ? undefined : value);
}

export async function deleteUser(
  { directory }: ScimUseCaseDependencies,
  { params }: RouteInput<typeof deleteScimUser>,
): Promise<Outcome<typeof deleteScimUser>> {
  const userId = directoryUserIdSchema.safeParse(params.userId);
  const removed = userId.success ? await changeUser(directory, userId.data, () => undefined) : undefined;
  return removed === undefined ? refuseUser() : done(undefined);
}

type Changed =
  | { isDone: true; response: ScimUser }
  | { isDone: false; problem: 'directory-entry-not-found' | 'already-exists'; detail: string };

async function change(
  dependencies: ScimUseCaseDependencies,
  id: string,
  redraft: (draft: UserDraft) => UserDraft,
): Promise<Changed> {
  const userId = directoryUserIdSchema.safeParse(id);
  if (!userId.success) return refuseUser();
  const at = nowIso(dependencies.clock);
  const changed = await changeUser(dependencies.directory, userId.data, ({ user, ...rest }) => {
    const { createdAt } = user;
    return { ...rest, user: { ...kept(redraft(user)), userId: userId.data, createdAt, changedAt: at } };
  });
  if (changed === undefined) return refuseUser();
  return typeof changed === 'string' ? refuseTaken(changed) : done(await describeUser(dependencies, changed));
}

/** Who is written by SCIM is the identity provider’s from here on. */
function kept({ userName, displayName, email, externalId, isActive }: UserDraft) {
  return {
    userName,
    ...(displayName === undefined ? {} : { displayName }),
    ...(email === undefined ? {} : { email }),
    ...(externalId === undefined ? {} : { externalId }),
    isActive,
    source: 'scim' as const,
  };
}

function refuseTaken(taken: Taken) {
  const what = taken === 'name-taken' ? 'userName' : 'externalId';
  return refuse('already-exists', `Somebody else has this ${what}. Nothing was changed.`);
}
