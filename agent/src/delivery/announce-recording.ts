import { beginRecording, type RecordingDecision, startSession } from '@afterimage/contracts';
import type { RecordingFacts } from '../recordings/recording-facts.ts';
import type { RecordingFolder } from '../recordings/recording-folder.ts';
import type { ServiceClient } from '../transport/service-client.ts';

/** Says whether a recording that began without an answer goes on under the one that came late. */
export type LateDecision = (
  decision: RecordingDecision,
  recording: Pick<RecordingFacts, 'content' | 'source' | 'hostStartNotice'>,
) => Promise<'go-on' | 'drop'>;

/**
 * Tells the service of a recording; of its session first, where nobody could be asked when it began. Nothing of it is
 * uploaded before, so what must not be kept is dropped here.
 *
 * @throws ServiceUnreachableError, ServiceRefusedError
 */
export async function announceRecording(
  folder: RecordingFolder,
  client: ServiceClient,
  settle: LateDecision,
  signal?: AbortSignal,
): Promise<void> {
  if (!folder.facts.decision) {
    const body = startSession.body.parse(folder.facts);
    const { decision, hostStartNotice } = await client.call(startSession, { body }, signal);
    const answer = { decision, ...(hostStartNotice && { hostStartNotice }) };
    const isDropped = (await settle(decision, { ...folder.facts, ...answer })) === 'drop';
    await folder.change({ ...answer, ...(isDropped && { refusedBecause: 'recording-not-permitted' }) });
    if (isDropped) return;
  }
  await client.call(beginRecording, { body: beginRecording.body.parse(folder.facts) }, signal);
  await folder.change({ isAnnounced: true });
}

/**
 * Of a session that is over: nobody can be told or asked any more, so what needs the user's consent or holds more than
 * the rule records is dropped.
 */
export const settleWithoutUser: LateDecision = async ({ action, notice, options }, { content, source }) => {
  const isUnhidden = options.hiddenApplications !== undefined && source === 'x11';
  const isMore = content === 'screen' && (action.startsWith('record-events') || isUnhidden);
  return action === 'do-not-record' || isMore || notice?.requiresConsent ? 'drop' : 'go-on';
};
