import { listRoleAssignments, type Role, roleSchema } from '@afterimage/contracts';
import { useSignedIn } from '../../session/session-context.tsx';
import { type Polled, usePolling } from '../../time/use-polling.ts';

export interface RoleMember {
  kind: 'user' | 'group';
  name: string;
}

export interface RoleAssignment {
  role: Role;
  members: readonly RoleMember[];
}

/** Every role, those without members too. */
export function useRoleAssignments(): Polled<readonly RoleAssignment[]> {
  const { api } = useSignedIn();
  return usePolling(
    'roles',
    async (signal) => {
      const { roles } = await api(listRoleAssignments, {}, signal);
      return roleSchema.options.map((role) => ({
        role,
        members: roles.find((one) => one.role === role)?.members ?? [],
      }));
    },
    undefined,
  );
}
