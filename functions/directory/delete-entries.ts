import type { deleteDirectoryGroup, deleteDirectoryUser, RouteInput } from '@afterimage/contracts';
import { changeUser, type DirectoryStore, removeGroup } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface DeleteEntriesDependencies {
  directory: DirectoryStore;
}

/** Whoever came from an identity provider comes again when it next sends them. */
export async function deleteUser(
  { directory }: DeleteEntriesDependencies,
  { params }: RouteInput<typeof deleteDirectoryUser>,
): Promise<Outcome<typeof deleteDirectoryUser>> {
  const removed = await changeUser(directory, params.userId, () => undefined);
  if (removed !== undefined) return done(undefined);
  return refuse('directory-entry-not-found', 'Nobody in the directory has this id. Nothing was changed.');
}

export async function deleteGroup(
  { directory }: DeleteEntriesDependencies,
  { params }: RouteInput<typeof deleteDirectoryGroup>,
): Promise<Outcome<typeof deleteDirectoryGroup>> {
  if (await removeGroup(directory, params.groupId)) return done(undefined);
  return refuse('directory-entry-not-found', 'No group in the directory has this id. Nothing was changed.');
}
