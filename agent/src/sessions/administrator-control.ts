import type { Notice } from '@afterimage/contracts';
import type { LiveSession } from './live-session.ts';
import type { ControlOutcome } from './session-control.ts';

const beginWithinMs = 5_000;

export interface HostStart {
  /** Of the administrator, on this host. */
  readonly account: string;
  readonly notifiesUser: boolean;
}

/**
 * An administrator at this host begins a recording whatever the policy says (USR-011), but neither while the user is
 * being asked for consent nor after an administrator of the service has ended it. The user is told first, unless the
 * administrator wants it otherwise.
 */
export async function startByAdministrator(
  session: LiveSession,
  { account, notifiesUser }: HostStart,
): Promise<ControlOutcome> {
  const { status, content } = session.status;
  if (session.hasEnded) return 'unknown-session';
  if (session.isAsking) return 'user-is-asked';
  if (status !== 'not-recorded' && content === 'screen') return 'already-recorded';
  if (session.stoppedBy === 'service') return 'stopped-by-administrator';
  const notice = await findNotice(session, notifiesUser);
  await session.beginBy({ initiator: 'administrator', content: 'screen', startedBy: account }, notice);
  if (session.stoppedBy) return 'stopped-by-administrator';
  await session.untilBegun(beginWithinMs);
  return 'started';
}

/** That there is none is on record too. */
async function findNotice(session: LiveSession, notifiesUser: boolean): Promise<Notice | undefined> {
  const notice = session.hostStartNotice;
  if (notice && notifiesUser) return notice;
  await session.passOverNotice(notifiesUser ? 'the service has sent no text' : 'an administrator at the host said so');
  return undefined;
}

/** Ends a recording whoever began it (A25). */
export async function stopByAdministrator(session: LiveSession, account: string): Promise<ControlOutcome> {
  if (session.status.status === 'not-recorded') return session.isAsking ? 'user-is-asked' : 'not-recorded';
  await session.endAtHost({ by: 'administrator', account });
  return 'stopped';
}
