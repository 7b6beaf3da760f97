import type { listSessions, RouteInput, Session } from '@afterimage/contracts';
import {
  type ActiveSessions,
  type Clock,
  describeSession,
  foldName,
  nowIso,
  type SessionHistory,
} from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';

export interface ListSessionsDependencies {
  history: SessionHistory & ActiveSessions;
  clock: Clock;
}

type Query = RouteInput<typeof listSessions>['query'];

/** Hosts are not indexed: of a page, only the sessions of that host are shown, and the cursor leads on. */
export async function answerSessions(
  dependencies: ListSessionsDependencies,
  { query }: RouteInput<typeof listSessions>,
): Promise<Outcome<typeof listSessions>> {
  const { clock } = dependencies;
  const nowMs = clock.nowMs();
  const { items, cursor } = await findPage(dependencies, query);
  const sessions = items
    .map((session) => describeSession(session, nowMs))
    .filter((session) => isOn(query.host, session));
  return done({ sessions, ...(cursor === undefined ? {} : { cursor }), serverTime: nowIso(clock) });
}

function findPage({ history }: ListSessionsDependencies, { state, user, limit, cursor }: Query) {
  const page = { limit, cursor };
  if (state === 'active') return history.listActive({ ...page, userName: user });
  return user === undefined ? history.list(page) : history.listOfUser(user, page);
}

/** Names are compared whole, upper and lower case alike. */
function isOn(host: string | undefined, { attributes }: Session): boolean {
  return host === undefined || foldName(attributes.host.value) === foldName(host);
}
