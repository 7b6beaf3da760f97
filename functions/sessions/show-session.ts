import type { getSession, getSessionRecordingStatus, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  describeCommand,
  describeSession,
  nowIso,
  type RecordingCommandStore,
  type SessionStore,
} from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ShowSessionDependencies {
  sessions: Pick<SessionStore, 'find'>;
  commands: Pick<RecordingCommandStore, 'listOfSession'>;
  clock: Clock;
}

/** Shows a session with what was decided, told, answered and commanded. */
export async function answerSession(
  { sessions, commands, clock }: ShowSessionDependencies,
  { params: { sessionId } }: RouteInput<typeof getSession>,
): Promise<Outcome<typeof getSession>> {
  const [session, given] = await Promise.all([sessions.find(sessionId), commands.listOfSession(sessionId)]);
  if (session === undefined) return refuseUnknown();
  const nowMs = clock.nowMs();
  return done({
    session: describeSession(session, nowMs),
    commands: given.map((command) => describeCommand(command, nowMs)),
    serverTime: nowIso(clock),
  });
}

/** Says whether a session is being recorded now, as its host has said. */
export async function answerRecordingStatus(
  { sessions, clock }: Pick<ShowSessionDependencies, 'sessions' | 'clock'>,
  { params: { sessionId } }: RouteInput<typeof getSessionRecordingStatus>,
): Promise<Outcome<typeof getSessionRecordingStatus>> {
  const session = await sessions.find(sessionId);
  if (session === undefined) return refuseUnknown();
  return done({ ...describeSession(session, clock.nowMs()).recording, sessionId, serverTime: nowIso(clock) });
}

function refuseUnknown() {
  return refuse('session-not-found', 'No host has reported a session with this id. List the sessions to find it.');
}
