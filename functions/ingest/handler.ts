import { composeIngest } from '../_runtime/composition/ingest.ts';
import { queueConsumer } from '../_runtime/triggers/queue-consumer.ts';
import { takeMessage } from './take-message.ts';

const dependencies = composeIngest();

export const handler = queueConsumer('ingest', (body) => takeMessage(dependencies, body));
