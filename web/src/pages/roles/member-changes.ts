import type { RoleMember } from './use-role-assignments.ts';

/** Names are compared as the service compares them: upper and lower case alike. */
const keyOf = ({ kind, name }: RoleMember) => `${kind} ${name.toLowerCase()}`;

export function memberChanges(before: readonly RoleMember[], after: readonly RoleMember[]) {
  const had = new Set(before.map(keyOf));
  const has = new Set(after.map(keyOf));
  return {
    added: after.filter((member) => !had.has(keyOf(member))),
    removed: before.filter((member) => !has.has(keyOf(member))),
  };
}
