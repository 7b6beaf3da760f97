import type { SessionId } from '@afterimage/contracts';
import type { ControlResult, SessionControl } from '../sessions/session-control.ts';
import type { ControlAnswer, ControlRequest } from './control-protocol.ts';

/** Whose rights a request has, by the socket that it came to. */
export type Asker =
  /** Of the one session that the socket is for. */
  | { readonly kind: 'user'; readonly sessionId: SessionId }
  /** Of the whole host (USR-007). */
  | {
      readonly kind: 'administrator';
      /** False of a session that runs under the agent's own account: whoever asks may be its user. */
      administers(sessionId: SessionId): boolean;
    };

const unknown: ControlAnswer = { outcome: 'unknown-session', sessions: [] };
const badRequest: ControlAnswer = { outcome: 'bad-request', sessions: [] };

export async function followControlRequest(
  control: SessionControl,
  asker: Asker,
  request: ControlRequest,
): Promise<ControlAnswer> {
  const own = asker.kind === 'user' ? asker.sessionId : undefined;
  if (own !== undefined && request.sessionId !== undefined && request.sessionId !== own) return unknown;
  const id = own ?? request.sessionId;
  if (request.action === 'status') return describe(control, id);
  if (id === undefined) return badRequest;
  const { outcome, session } = await follow(control, asker, { ...request, sessionId: id });
  return { outcome, sessions: session ? [session] : [] };
}

function describe(control: SessionControl, id: SessionId | undefined): ControlAnswer {
  const sessions = control.list().filter((session) => id === undefined || session.sessionId === id);
  return sessions.length === 0 && id !== undefined ? unknown : { outcome: 'status', sessions };
}

function follow(
  control: SessionControl,
  asker: Asker,
  { action, sessionId, account, notifiesUser }: ControlRequest & { sessionId: SessionId },
): Promise<ControlResult> {
  if (asker.kind === 'administrator' && asker.administers(sessionId)) {
    const by = account ?? 'administrator';
    return action === 'start'
      ? control.startByAdministrator(sessionId, by, notifiesUser)
      : control.stopByAdministrator(sessionId, by);
  }
  return action === 'start' ? control.startByUser(sessionId) : control.stopByUser(sessionId);
}
