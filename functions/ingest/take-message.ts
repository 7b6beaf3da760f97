import { type IngestDependencies, ingestChunk } from './ingest-chunk.ts';
import { readMessage } from './read-messages.ts';

/**
 * Takes in what a message names. What an agent's notice names and is not there is left to the bucket's own event, so
 * that no agent can fill the dead-letter queue with notices.
 */
export async function takeMessage(dependencies: IngestDependencies, body: unknown): Promise<void> {
  const message = readMessage(body);
  if (message === undefined) {
    dependencies.log.warn('notice is not valid');
    return;
  }
  for (const objectKey of message.objectKeys) {
    const outcome = await ingestChunk(dependencies, objectKey);
    if (outcome === 'taken') continue;
    if (!message.isHint) throw new Error(outcome);
    dependencies.log.warn('notice leads nowhere', { outcome });
  }
}
