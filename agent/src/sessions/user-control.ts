import type { LiveSession } from './live-session.ts';
import type { ControlOutcome } from './session-control.ts';

/** The user has to know quickly whether it worked. */
const beginWithinMs = 5_000;

/** @returns `already-recorded` whoever has it recorded: it goes on as it is (USR-002, USR-018) */
export async function startByUser(session: LiveSession): Promise<ControlOutcome> {
  if (session.hasEnded) return 'unknown-session';
  if (session.status.status !== 'not-recorded' || session.isAsking) return 'already-recorded';
  if (!session.decision?.options.allowsUserInitiated) return 'not-allowed';
  if (session.stoppedBy) return 'stopped-by-administrator';
  await session.beginBy({ initiator: 'user', content: 'screen' }, undefined);
  await session.untilBegun(beginWithinMs);
  return 'started';
}

/** Only what the user began the user ends (USR-008). */
export async function stopByUser(session: LiveSession): Promise<ControlOutcome> {
  const { status, initiator } = session.status;
  if (status === 'not-recorded') return 'not-recorded';
  if (initiator !== 'user') return 'not-started-by-user';
  await session.endAtHost({ by: 'user', account: session.user });
  return 'stopped';
}
