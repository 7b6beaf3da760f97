import type { AgentId, RecordingCommandId, Session, SessionId } from '@afterimage/contracts';
import type { SessionChange } from '../sessions/recording-orders.ts';
import type { StoredCommand, TrackedSession } from '../sessions/tracked-session.ts';
import type { Page } from './agent-stores.ts';

export interface SessionStore {
  find(sessionId: SessionId): Promise<TrackedSession | undefined>;
  /** The session that is stored: the given one, or the one that was there before. */
  putOnce(session: Session): Promise<TrackedSession>;
  /**
   * Applies a pure change to the newest state and stores it; repeats it when another writer was faster. A change that
   * returns its argument stores nothing. Undefined when there is no such session.
   */
  change(
    sessionId: SessionId,
    change: (session: TrackedSession) => TrackedSession,
  ): Promise<TrackedSession | undefined>;
  /** The same, with commands that are stored together with the session or not at all. */
  changeWithCommands(
    sessionId: SessionId,
    change: (session: TrackedSession) => SessionChange,
  ): Promise<TrackedSession | undefined>;
}

export interface SessionPage {
  limit: number;
  cursor?: string | undefined;
}

/** Sessions by when they began, newest first. A page may be short or empty and still have a cursor. */
export interface SessionHistory {
  /** Of one day. @param day `yyyy-mm-dd`, UTC */
  listByDay(day: string, page: SessionPage): Promise<Page<TrackedSession>>;
  /** Of all days, two years back. */
  list(page: SessionPage): Promise<Page<TrackedSession>>;
  /** Of one user, upper and lower case alike. */
  listOfUser(userName: string, page: SessionPage): Promise<Page<TrackedSession>>;
}

export interface ActiveSessions {
  /** Not ended, and heard within a quarter of an hour; newest first. Of one user, if given, upper and lower case alike. */
  listActive(page: SessionPage & { userName?: string | undefined }): Promise<Page<TrackedSession>>;
}

/** Reads what `SessionStore.changeWithCommands` stored. */
export interface RecordingCommandStore {
  find(commandId: RecordingCommandId): Promise<StoredCommand | undefined>;
  /** Newest first, of all sessions. A page may be short or empty and still have a cursor. */
  list(page: SessionPage): Promise<Page<StoredCommand>>;
  /** The newest of one session, newest first; bounded. */
  listOfSession(sessionId: SessionId): Promise<StoredCommand[]>;
  /** Those of an agent that wait for its answer, oldest first. */
  listPending(agentId: AgentId): Promise<StoredCommand[]>;
}
