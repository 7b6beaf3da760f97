import {
  type assignRole,
  type listRoleAssignments,
  personRoleSchema,
  type RouteInput,
  roleSchema,
} from '@afterimage/contracts';
import type { RoleStore } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ManageRolesDependencies {
  roleStore: Pick<RoleStore, 'listMembers' | 'setMembers'>;
}

export async function showRoles({ roleStore }: ManageRolesDependencies): Promise<Outcome<typeof listRoleAssignments>> {
  const roles = await Promise.all(
    roleSchema.options.map(async (role) => ({ role, members: await roleStore.listMembers(role) })),
  );
  return done({ roles });
}

export async function setRoleMembers(
  { roleStore }: ManageRolesDependencies,
  { params, body }: RouteInput<typeof assignRole>,
): Promise<Outcome<typeof assignRole>> {
  if (body.members.length > 0 && !personRoleSchema.safeParse(params.role).success) {
    return refuse('invalid-request', 'The service alone holds this role; nobody can be given it. Nothing was changed.');
  }
  await roleStore.setMembers(params.role, body.members);
  return done({ role: params.role, members: body.members });
}
