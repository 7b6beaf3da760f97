import { type ApiClient, ApiProblem } from '@afterimage/contracts';
import { PlaybackFailure, type PlayerApi } from '@afterimage/player';

const failures = new Map<string, PlaybackFailure['kind']>([
  ['role-missing', 'not-permitted'],
  ['person-inactive', 'not-permitted'],
  ['recording-not-found', 'not-visible'],
  ['recording-erased', 'erased'],
  ['playback-expired', 'expired'],
  ['watch-not-found', 'not-found'],
  ['live-view-not-allowed', 'live-forbidden'],
  ['unauthenticated', 'signed-out'],
  ['unreachable', 'unreachable'],
]);

/** Our client, refusing in the player's own words. */
export function playerApi(api: ApiClient): PlayerApi {
  return async (route, request, signal) => {
    try {
      return await api(route, request, signal);
    } catch (cause) {
      if (!(cause instanceof ApiProblem)) throw cause;
      throw new PlaybackFailure(failures.get(cause.kind) ?? 'internal', { cause });
    }
  };
}
