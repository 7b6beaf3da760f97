import type { RecordingAction } from '@afterimage/contracts';
import { permitsRecording, tellsUser } from './recording-actions.ts';

export type RolloverOutcome = 'go-on' | 'go-on-and-tell' | 'stop';

/**
 * What a policy activated since means for a session whose recording goes on in a new file (POL-060..065):
 *
 *     decided before        decided now
 *                           nothing   silent           with notification
 *     nothing               go-on     go-on            go-on               it counts from the next session
 *     silent                stop      go-on            go-on-and-tell
 *     with notification     stop      go-on            go-on
 *
 * Whether the screen or events alone are recorded makes no difference, nor do options: the new ones apply from the new
 * file on, and nobody is asked for consent again (A14). A recording under a decision to record nothing is one that an
 * administrator or the user began.
 */
export function reviewAtRollover({
  previous,
  next,
}: {
  previous: { action: RecordingAction };
  next: { action: RecordingAction };
}): RolloverOutcome {
  if (!permitsRecording(previous)) return 'go-on';
  if (!permitsRecording(next)) return 'stop';
  return tellsUser(next.action) && !tellsUser(previous.action) ? 'go-on-and-tell' : 'go-on';
}
