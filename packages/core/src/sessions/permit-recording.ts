import type { RecordedContent, RecordingAction } from '@afterimage/contracts';
import type { Announcement } from '../recordings/announce-recording.ts';
import { overtaken } from './recording-orders.ts';
import type { StoredCommand, TrackedSession } from './tracked-session.ts';

const contents: Readonly<Record<RecordingAction, RecordedContent | undefined>> = {
  'do-not-record': undefined,
  'record-with-notification': 'screen',
  'record-events-with-notification': 'events',
  'record-without-notification': 'screen',
  'record-events-without-notification': 'events',
};

/** What an action has recorded; undefined: nothing. */
export function contentOf(action: RecordingAction): RecordedContent | undefined {
  return contents[action];
}

export type Beginning = Pick<
  Announcement,
  'initiator' | 'content' | 'startedAt' | 'clockOffsetMs' | 'commandId' | 'startedBy'
>;

/** Why a recording may begin, in one sentence; undefined where nothing allows it. */
export function findPermission(
  session: TrackedSession,
  beginning: Beginning,
  command: StoredCommand | undefined,
): string | undefined {
  switch (beginning.initiator) {
    case 'policy':
      return permitsByPolicy(session, beginning) ? session.decision.reason : undefined;
    case 'administrator':
      return permitsByAdministrator(session, beginning, command);
    case 'user':
      return session.decision.options.allowsUserInitiated ? 'The user began it, as the policy allows.' : undefined;
  }
}

/**
 * What began before an administrator stopped it may be announced after, by a host that was out of reach. A rule that
 * records events does not permit the screen.
 */
function permitsByPolicy({ decision, stop }: TrackedSession, beginning: Beginning): boolean {
  const permitted = contentOf(decision.action);
  if (permitted === undefined || (permitted === 'events' && beginning.content === 'screen')) return false;
  return beganBefore(stop, beginning);
}

/**
 * By a command of the service; or at the host, which the host alone says (USR-011). There they cannot begin again what
 * was stopped by a command.
 */
function permitsByAdministrator(
  session: TrackedSession,
  beginning: Beginning,
  command: StoredCommand | undefined,
): string | undefined {
  const { commandId, startedBy } = beginning;
  if (command !== undefined && orders(command, session)) {
    return `${command.requestedBy} had it recorded, whatever the policy says.`;
  }
  const isAtHost = commandId === undefined && startedBy !== undefined && beganBefore(session.stop, beginning);
  return isAtHost ? `${startedBy}, an administrator at the host, had it recorded, as the host says.` : undefined;
}

function beganBefore(stop: TrackedSession['stop'], { startedAt, clockOffsetMs }: Beginning): boolean {
  return stop === undefined || Date.parse(startedAt) - clockOffsetMs < Date.parse(stop.at);
}

/** A start of this session, unless its host has refused it. One that was overtaken may have been followed before. */
function orders({ sessionId, action, state, reason }: StoredCommand, session: TrackedSession): boolean {
  return sessionId === session.sessionId && action === 'start' && (state !== 'refused' || reason === overtaken);
}
