import type { CommandNotice } from '@afterimage/contracts';
import type { LiveSession } from './live-session.ts';

/** What a command came to, as its administrator reads it. */
export interface Followed {
  readonly state: 'done' | 'refused';
  readonly reason?: string;
}

/** A recording that waits for its first picture longer than this is confirmed as pending. */
const beginWithinMs = 10_000;

/** An administrator comes before the policy, and both before the user (POL-037, DYN-018). */
export async function followCommand(
  session: LiveSession | undefined,
  command: CommandNotice['command'],
): Promise<Followed> {
  if (!session || session.hasEnded) return { state: 'refused', reason: 'the session has ended' };
  return command.action === 'start' ? start(session, command) : stop(session);
}

async function start(session: LiveSession, command: CommandNotice['command']): Promise<Followed> {
  const { status, content } = session.status;
  if (session.isAsking) return { state: 'refused', reason: 'the user is being asked for consent' };
  const { commandId, notifiesUser, notice } = command;
  if (status !== 'not-recorded' && content === 'screen') {
    session.handOver({ initiator: 'administrator', commandId });
    return { state: 'done', reason: 'the session was being recorded already' };
  }
  await session.beginBy(
    { initiator: 'administrator', content: 'screen', commandId },
    notifiesUser ? notice : undefined,
  );
  await session.untilBegun(beginWithinMs);
  if (session.hasEnded) return { state: 'refused', reason: 'the session has ended' };
  return session.status.status === 'recording'
    ? { state: 'done' }
    : { state: 'done', reason: 'it begins with the first picture' };
}

async function stop(session: LiveSession): Promise<Followed> {
  const wasRecorded = session.status.status !== 'not-recorded' || session.isAsking;
  await session.endByService();
  return wasRecorded ? { state: 'done' } : { state: 'done', reason: 'nothing was being recorded' };
}
