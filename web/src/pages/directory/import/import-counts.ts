import type { ImportAnswer } from './import-section.tsx';

type Counts = Pick<ImportAnswer, 'users' | 'groups'>;

export function removedCount({ users, groups }: Counts): number {
  return users.removed + groups.removed;
}

export function isChange({ users, groups }: Counts): boolean {
  return [users, groups].some(({ added, changed, removed }) => added + changed + removed > 0);
}
