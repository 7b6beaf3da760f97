import { finaliseMessageSchema } from '@afterimage/contracts';
import { composeFinalise } from '../_runtime/composition/finalise.ts';
import { queueConsumer } from '../_runtime/triggers/queue-consumer.ts';
import { sealRecording } from './seal-recording.ts';

const dependencies = composeFinalise();

export const handler = queueConsumer('finalise', (body) =>
  sealRecording(dependencies, finaliseMessageSchema.parse(body).recordingId),
);
