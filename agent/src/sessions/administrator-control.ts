import type { LiveSession } from './live-session.ts';
import type { ControlOutcome } from './session-control.ts';

const beginWithinMs = 5_000;

/**
 * An administrator at this host begins a recording whatever the policy says (USR-011), but neither while the user is
 * being asked for consent nor after an administrator of the service has ended it.
 *
 * @param account their account on this host
 */
export async function startByAdministrator(session: LiveSession, account: string): Promise<ControlOutcome> {
  const { status, content } = session.status;
  if (session.hasEnded) return 'unknown-session';
  if (session.isAsking) return 'user-is-asked';
  if (status !== 'not-recorded' && content === 'screen') return 'already-recorded';
  if (session.stoppedBy === 'service') return 'stopped-by-administrator';
  await session.beginBy({ initiator: 'administrator', content: 'screen', startedBy: account }, undefined);
  await session.untilBegun(beginWithinMs);
  return 'started';
}

/** Ends a recording whoever began it (A25). */
export async function stopByAdministrator(session: LiveSession): Promise<ControlOutcome> {
  if (session.status.status === 'not-recorded') return session.isAsking ? 'user-is-asked' : 'not-recorded';
  await session.endByAdministrator('host');
  return 'stopped';
}
