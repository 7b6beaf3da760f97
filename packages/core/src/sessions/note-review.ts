import type { RecordingDecision, RecordingId } from '@afterimage/contracts';
import { permitsRecording } from '../policy/recording-actions.ts';
import { type RolloverOutcome, reviewAtRollover } from '../policy/review-at-rollover.ts';
import type { TrackedSession } from './tracked-session.ts';

/** What was answered when a recording was about to go on in a new file. */
export interface SessionReview {
  recordingId: RecordingId;
  fileNumber: number;
  outcome: RolloverOutcome;
}

const maxEarlierDecisions = 20;

/**
 * A session with the decision that is in force from its recording's new file on. Asked again for a file, it stays as it
 * is. What an administrator or the user had begun is not the policy's to end, and what the policy did not record at its
 * start it does not begin to record (POL-061).
 */
export function noteReview(
  session: TrackedSession,
  { recordingId, fileNumber }: Omit<SessionReview, 'outcome'>,
  next: RecordingDecision,
): TrackedSession {
  const { review, decision: previous, stop, recording } = session;
  if (review?.recordingId === recordingId && review.fileNumber === fileNumber) return session;
  const noted = (outcome: RolloverOutcome) => ({ ...session, review: { recordingId, fileNumber, outcome } });
  if (stop !== undefined) return noted('stop');
  const isPolicys = recording.initiator === undefined || recording.initiator === 'policy';
  if (!isPolicys || !permitsRecording(previous)) return noted('go-on');
  const outcome = reviewAtRollover({ previous, next });
  if (isSameDecision(previous, next)) return noted(outcome);
  const earlierDecisions = keepFirst([...session.earlierDecisions, previous]);
  return { ...noted(outcome), decision: next, earlierDecisions };
}

/** The one by which the session began, and the last ones. */
function keepFirst(decisions: readonly RecordingDecision[]): RecordingDecision[] {
  if (decisions.length <= maxEarlierDecisions) return [...decisions];
  return [...decisions.slice(0, 1), ...decisions.slice(1 - maxEarlierDecisions)];
}

function isSameDecision(one: RecordingDecision, other: RecordingDecision): boolean {
  return one.policyId === other.policyId && one.policyVersion === other.policyVersion && one.ruleId === other.ruleId;
}
