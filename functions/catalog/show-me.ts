import { type getMe, roleSchema } from '@afterimage/contracts';
import { type Clock, nowIso, type RoleStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';

export interface ShowMeDependencies {
  roles: Pick<RoleStore, 'findHeld'>;
  clock: Clock;
}

export async function showMe(
  { roles, clock }: ShowMeDependencies,
  _input: unknown,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof getMe>> {
  const held = await roles.findHeld(caller, roleSchema.options);
  return done({
    userName: caller.userName,
    groups: [...caller.groups],
    roles: [...held].sort(),
    serverTime: nowIso(clock),
  });
}
