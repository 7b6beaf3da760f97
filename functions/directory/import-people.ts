import type { importDirectory, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  type DirectoryStore,
  foldName,
  type ImportedPerson,
  type ImportFault,
  type ImportPlan,
  type KnownDirectory,
  planImport,
  readPeople,
  removeGroup,
} from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';

export interface ImportPeopleDependencies {
  directory: DirectoryStore;
  clock: Clock;
}

type Import = RouteInput<typeof importDirectory>['body'];

/** So often the plan is made anew because somebody else changed what it was made for. */
const maxAttempts = 5;
const maxFaults = 100;
const nothing = { added: 0, changed: 0, removed: 0, unchanged: 0 };

/**
 * With any fault nothing is written. An import that is cut off half-way is ended by the same import again: what is
 * written already counts as unchanged.
 */
export async function importPeople(
  { directory, clock }: ImportPeopleDependencies,
  { body }: RouteInput<typeof importDirectory>,
): Promise<Outcome<typeof importDirectory>> {
  const { people, faults } = readPeople(body.csv);
  if (faults.length > 0) return refuseAll(faults);
  let counts: ImportPlan['counts'] | undefined;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const plan = planImport(people, await readKnown(directory, people, body), { mode: body.mode, clock });
    if (plan.faults.length > 0) return refuseAll(plan.faults);
    counts ??= plan.counts;
    if (body.isDryRun || (await carryOut(directory, plan))) return done({ ...counts, errors: [] });
  }
  throw new Error('the directory is changed by others again and again');
}

function refuseAll(faults: readonly ImportFault[]): Outcome<typeof importDirectory> {
  return done({ users: nothing, groups: nothing, errors: faults.slice(0, maxFaults) });
}

/** Who and what the file names; where it replaces, everybody. */
async function readKnown(
  directory: DirectoryStore,
  people: readonly ImportedPerson[],
  { mode }: Pick<Import, 'mode'>,
): Promise<KnownDirectory> {
  const isReplaced = mode === 'replace';
  const names = [...people.map(({ userName }) => userName), ...(isReplaced ? await directory.listUserNames() : [])];
  const users = await directory.findUsersByName(names);
  const named = await directory.findGroupsByName(people.flatMap(({ groups }) => groups ?? []));
  const others = await directory.findGroups([
    ...new Set([...users.flatMap(({ groupIds }) => groupIds), ...(isReplaced ? await directory.listGroupIds() : [])]),
  ]);
  const groups = new Map([...named, ...others].map((stored) => [foldName(stored.group.name), stored]));
  return { users, groups: [...groups.values()] };
}

/** New groups, people, old groups, in this order: nobody is ever in a group that is not there. @returns whether all of it is written */
async function carryOut(directory: DirectoryStore, plan: ImportPlan): Promise<boolean> {
  const made = await directory.writeGroups(plan.newGroups);
  if (made.some((outcome) => outcome !== 'written')) return false;
  const written = await directory.writeUsers(plan.users);
  for (const { before } of plan.oldGroups) {
    if (before !== undefined) await removeGroup(directory, before.group.groupId);
  }
  return written.every((outcome) => outcome === 'written');
}
