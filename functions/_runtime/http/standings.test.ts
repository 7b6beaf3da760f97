import { personRoleSchema, type Role, roleSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { MemoryDirectory } from '../../_testing/memory-directory.ts';
import { Standings } from './standings.ts';

const all = roleSchema.options;
const groupId = 'dgr_01jbbbbbbbbbbbbbbbbbbbbbbb' as never;
const at = '2026-11-22T09:00:00.000Z';

/** A directory with ada in Night, and roles by name and by both kinds of groups. */
async function standingOf(
  { userName = 'ada', groups = [] as string[] },
  { isActive = true, among = all as readonly Role[] } = {},
) {
  const directory = new MemoryDirectory();
  const both = { source: 'csv' as const, createdAt: at, changedAt: at };
  const user = { userId: 'dus_01jbbbbbbbbbbbbbbbbbbbbbbb' as never, userName: 'ada', isActive, ...both };
  await directory.writeGroups([{ after: { group: { groupId, name: 'Night', ...both }, revision: 0 } }]);
  await directory.writeUsers([{ after: { user, groupIds: [groupId], revision: 0 } }]);
  const given: Record<string, Role> = {
    ada: 'PolicyQuery',
    eve: 'PolicyQuery',
    Night: 'Player',
    Token: 'LoggingReader',
  };
  const roles = {
    findHeld: async (who: { userName: string; groups: readonly string[] }) =>
      new Set([who.userName, ...who.groups].flatMap((name) => given[name] ?? [])),
  };
  const standing = await new Standings({ roles, directory, bootstrapGroup: 'administrators' }).find(
    { userName, groups },
    among,
  );
  return { isActive: standing.isActive, roles: [...standing.roles].sort(), groups: standing.groups };
}

describe('what counts for a person', () => {
  test('are roles by name, by groups of the token and by groups of the directory', async () => {
    expect(await standingOf({ groups: ['Token'] })).toEqual({
      isActive: true,
      roles: ['LoggingReader', 'Player', 'PolicyQuery'],
      groups: ['Token', 'Night'],
    });
  });

  test('is nothing at all while the directory calls them inactive', async () => {
    const nothing = { isActive: false, roles: [], groups: [] };
    expect(await standingOf({ groups: ['Token'] }, { isActive: false })).toEqual(nothing);
    expect(await standingOf({ userName: 'ADA', groups: ['administrators'] }, { isActive: false })).toEqual(nothing);
  });

  test('are roles by name and by the token where the directory does not know them', async () => {
    expect(await standingOf({ userName: 'eve', groups: ['Token'] }, { isActive: false })).toEqual({
      isActive: true,
      roles: ['LoggingReader', 'PolicyQuery'],
      groups: ['Token'],
    });
  });

  test('is every role for people that is asked for, in the bootstrap group of the token', async () => {
    expect(await standingOf({ userName: 'root', groups: ['administrators'] })).toEqual({
      isActive: true,
      roles: [...personRoleSchema.options].sort(),
      groups: ['administrators'],
    });
    const among: readonly Role[] = ['Player'];
    expect(await standingOf({ userName: 'root', groups: ['administrators'] }, { among })).toEqual({
      isActive: true,
      roles: ['Player'],
      groups: ['administrators'],
    });
  });
});
