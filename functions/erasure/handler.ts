import { erasureMessageSchema } from '@afterimage/contracts';
import { composeErasure } from '../_runtime/composition/erasure.ts';
import { queueConsumer } from '../_runtime/triggers/queue-consumer.ts';
import { eraseRecording } from './erase-recording.ts';

const dependencies = composeErasure();

export const handler = queueConsumer('erasure', (body) =>
  eraseRecording(dependencies, erasureMessageSchema.parse(body).recordingId),
);
