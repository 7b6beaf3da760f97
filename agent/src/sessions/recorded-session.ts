import type {
  Initiator,
  Notice,
  RecordedContent,
  RecordingAction,
  RecordingCommandId,
  RecordingDecision,
  RecordingId,
  SessionId,
} from '@afterimage/contracts';
import type { IdleSettings } from '../detectors/idle-detector.ts';
import type { NoticePresenter } from '../notice/notice-presenter.ts';
import type { CaptureSource } from '../sources/capture-source.ts';

export interface RecordSessionOptions {
  readonly source: CaptureSource;
  /** Screens that this process will record as well: what a dead process left of them is not ended yet. */
  readonly otherTargets?: readonly string[];
  /** Default: who runs the agent. */
  readonly user?: string;
  readonly application?: string;
  /** Of the user's own device. */
  readonly clientAddress?: string;
  readonly accessTags?: readonly string[];
  /** BCP 47. */
  readonly language?: string;
  /** Shows the user what the policy has them told. Without one nothing that needs consent is recorded. */
  readonly notices?: NoticePresenter;
  /** Ends the session of a user who does not agree to be recorded. */
  readonly onDecline?: (sessionId: SessionId) => Promise<void>;
  /**
   * Not recorded, the session is still known to administrators and its recording can be commanded, until the screen is
   * gone. Default: it is over as soon as nothing is recorded.
   */
  readonly staysUnrecorded?: boolean;
  /** Default: what the policy says. */
  readonly uploadIntervalMs?: number;
  /** Record when the service cannot be asked; it decides when it is back. Default: record nothing then. */
  readonly recordOnError?: boolean;
  /** What is recorded stays in memory so long before it reaches disk or wire, and is lost if the agent dies. Default 0. */
  readonly holdBackMs?: number;
  readonly idle?: IdleSettings;
  /** How long the service is asked for its decision. Default 15 s. */
  readonly decideWithinMs?: number;
  /** How long the end waits for the service to have stored everything. Default 30 s. */
  readonly deliverWithinMs?: number;
}

export type SessionOutcome =
  | { readonly kind: 'not-recorded'; readonly reason: string }
  /** The user did not agree, and nothing was recorded. */
  | { readonly kind: 'declined'; readonly reason: string }
  | {
      readonly kind: 'recorded';
      /** The newest, where there were several. */
      readonly recordingId: RecordingId;
      readonly endReason: string;
      /** False: the rest is in the spool, and a later run or `flush` brings it; or some was refused, or too old to be sent. */
      readonly isStored: boolean;
    };

/** A session that may be recorded. */
export interface RecordedSession {
  readonly sessionId: SessionId;
  /** Absent when the service has not been reached yet. */
  readonly decision: RecordingDecision | undefined;
  /** Settles when its first recording has begun; undefined when nothing is recorded. */
  readonly begun: Promise<RecordingId | undefined>;
  readonly finished: Promise<SessionOutcome>;
  /** Ends cleanly: final segment, upload, and a bounded wait for the service to have stored it. */
  stop(reason?: string): Promise<SessionOutcome>;
}

/** Who has a recording made, and of what. */
export interface RecordingOrder {
  readonly initiator: Initiator;
  readonly content: RecordedContent;
  readonly commandId?: RecordingCommandId;
  /** Account of the administrator at this host. */
  readonly startedBy?: string;
}

const telling: readonly RecordingAction[] = ['record-with-notification', 'record-events-with-notification'];

/** What the user is to be told; nothing with a silent action, whatever else the decision holds (NTF-010). */
export function noticeOf({ action, notice }: RecordingDecision): Notice | undefined {
  return telling.includes(action) ? notice : undefined;
}

/** What a policy's action has recorded; undefined: nothing. */
export function contentOf(action: RecordingAction): RecordedContent | undefined {
  if (action === 'do-not-record') return undefined;
  return action.startsWith('record-events') ? 'events' : 'screen';
}
