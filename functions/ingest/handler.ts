import { composeIngest } from '../_runtime/composition/ingest.ts';
import { queueConsumer } from '../_runtime/triggers/queue-consumer.ts';
import { ingestChunk } from './ingest-chunk.ts';
import { readObjectKeys } from './read-messages.ts';

const dependencies = composeIngest();

export const handler = queueConsumer('ingest', async (body) => {
  for (const objectKey of readObjectKeys(body)) await ingestChunk(dependencies, objectKey);
});
