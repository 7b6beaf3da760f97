import type { Notice, RecordingCommand, Session } from '@afterimage/contracts';
import type { SessionReview } from './note-review.ts';

/** A command with what its user is to be told. */
export interface StoredCommand extends RecordingCommand {
  notice?: Notice | undefined;
}

/** A session with what the service needs to lead it. Readers get the `Session` part only, by `describeSession`. */
export interface TrackedSession extends Session {
  /** Rises with every change; a writer that saw an older one starts again. */
  revision: number;
  /** The command that waits for its host, one at most. It has expired when its time is over, whoever looks. */
  pendingCommand?: StoredCommand | undefined;
  /** The command by which an administrator ended the recording; with `stoppedBy`. */
  stop?: { commandId: RecordingCommand['commandId']; at: string } | undefined;
  /** The last answer to a recording that was about to go on in a new file. */
  review?: SessionReview | undefined;
}

/** A session that nothing has happened to yet. */
export function trackSession(session: Session): TrackedSession {
  return { ...session, revision: 1 };
}
