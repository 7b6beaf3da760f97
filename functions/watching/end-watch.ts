import type { endWatch, RouteInput } from '@afterimage/contracts';
import { type TellHostDependencies, tellHostOfEnd, type WatchStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';

export interface EndWatchDependencies extends TellHostDependencies {
  watches: Pick<WatchStore, 'end' | 'list'>;
}

/** Stops watching. When nobody else does, the host goes back to its own pace at once. */
export async function stopWatching(
  dependencies: EndWatchDependencies,
  { params }: RouteInput<typeof endWatch>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof endWatch>> {
  const watch = await dependencies.watches.end(params, caller.userName);
  if (watch !== undefined) await tellHostOfEnd(dependencies, watch);
  return done(undefined);
}
