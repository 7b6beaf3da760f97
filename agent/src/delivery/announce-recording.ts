import { beginRecording, startSession } from '@afterimage/contracts';
import type { RecordingFolder } from '../recordings/recording-folder.ts';
import type { ServiceClient } from '../transport/service-client.ts';

/**
 * Tells the service of a recording; of its session first, where nobody could be asked when it began.
 *
 * @throws ServiceUnreachableError, ServiceRefusedError
 */
export async function announceRecording(
  folder: RecordingFolder,
  client: ServiceClient,
  signal?: AbortSignal,
): Promise<void> {
  const { facts } = folder;
  if (!facts.decision) {
    const { sessionId, startedAt, attributes } = facts;
    const { decision } = await client.call(startSession, { body: { sessionId, startedAt, attributes } }, signal);
    await folder.change({ decision });
    if (decision.action === 'do-not-record') return;
  }
  const { recordingId, sessionId, source, startedAt, clockOffsetMs, width, height } = facts;
  const { deviceCounter, wrappedKey, wrappingKeyId } = facts;
  const times = { startedAt, clockOffsetMs };
  const proof = { deviceCounter, wrappedKey, wrappingKeyId };
  const body = { recordingId, sessionId, source, width, height, ...times, ...proof };
  await client.call(beginRecording, { body }, signal);
  await folder.change({ isAnnounced: true });
}
