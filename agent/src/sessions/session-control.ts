import type { SessionId, SessionRecording } from '@afterimage/contracts';

/** A session of this host, as its user and its local administrators may see it. */
export interface ControlledSession {
  readonly sessionId: SessionId;
  readonly user: string;
  /** The same for the same screen. */
  readonly targetId: string;
  readonly recording: SessionRecording;
  /** When that began, by the host's clock. */
  readonly recordedSince?: string;
  /** The policy lets the user start recordings of this session (USR-002). */
  readonly allowsUserInitiated: boolean;
}

/**
 * `already-recorded`: by the policy, an administrator or the user; it goes on as it is (USR-018).
 * `not-started-by-user`: what others began only they end (USR-008).
 * `user-is-asked`: for consent; until they have answered nobody begins anything.
 */
export type ControlOutcome =
  | 'started'
  | 'stopped'
  | 'already-recorded'
  | 'not-recorded'
  | 'not-allowed'
  | 'not-started-by-user'
  | 'stopped-by-administrator'
  | 'user-is-asked'
  | 'unknown-session';

export interface ControlResult {
  readonly outcome: ControlOutcome;
  /** As it is afterwards; absent of an unknown session. */
  readonly session?: ControlledSession;
}

/**
 * What the users and the administrators of this host may do with the recording of its sessions. Who asks is for the
 * caller to find out.
 */
export interface SessionControl {
  list(): ControlledSession[];
  status(sessionId: SessionId): ControlledSession | undefined;
  startByUser(sessionId: SessionId): Promise<ControlResult>;
  stopByUser(sessionId: SessionId): Promise<ControlResult>;
  /**
   * @param account on this host, as the recording will name them
   * @param notifiesUser default: they are told
   */
  startByAdministrator(sessionId: SessionId, account: string, notifiesUser?: boolean): Promise<ControlResult>;
  stopByAdministrator(sessionId: SessionId, account: string): Promise<ControlResult>;
}
