import type { SessionId } from '@afterimage/contracts';
import type { SessionControl } from '../sessions/session-control.ts';
import type { ControlAnswer, ControlRequest } from './control-protocol.ts';

const unknown: ControlAnswer = { outcome: 'unknown-session', sessions: [] };

/** @param own the one session of the socket that was asked; undefined: any session, as administrators may (USR-007) */
export async function followControlRequest(
  control: SessionControl,
  { action, sessionId }: ControlRequest,
  own?: SessionId,
): Promise<ControlAnswer> {
  const id = own ?? sessionId;
  if (own !== undefined && sessionId !== undefined && sessionId !== own) return unknown;
  if (action === 'status') {
    const sessions = control.list().filter((session) => id === undefined || session.sessionId === id);
    return sessions.length === 0 && id !== undefined ? unknown : { outcome: 'status', sessions };
  }
  if (id === undefined) return { outcome: 'bad-request', sessions: [] };
  const { outcome, session } = await (action === 'start' ? control.startByUser(id) : control.stopByUser(id));
  return { outcome, sessions: session ? [session] : [] };
}
