import type { Role } from '@afterimage/contracts';
import type { Identity } from '../access/decide-access.ts';

export interface Member {
  kind: 'user' | 'group';
  name: string;
}

export interface RoleStore {
  /** Which of these roles a person holds, directly or by a group. */
  findHeld(identity: Identity, among: readonly Role[]): Promise<Set<Role>>;
  listMembers(role: Role): Promise<Member[]>;
  /** Makes these the members, whoever was before. */
  setMembers(role: Role, members: readonly Member[]): Promise<void>;
}
