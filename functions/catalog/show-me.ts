import { type getMe, roleSchema } from '@afterimage/contracts';
import { type Clock, nowIso } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';
import type { Standings } from '../_runtime/http/standings.ts';

export interface ShowMeDependencies {
  standings: Pick<Standings, 'find'>;
  clock: Clock;
}

export async function showMe(
  { standings, clock }: ShowMeDependencies,
  _input: unknown,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof getMe>> {
  const { isActive, roles } = await standings.find(caller, roleSchema.options);
  return done({
    userName: caller.userName,
    groups: [...caller.groups],
    isActive,
    roles: [...roles].sort(),
    serverTime: nowIso(clock),
  });
}
