import { DynamoSegmentIntake, DynamoSegmentStore, EventBridgeBus, S3ChunkStore, SqsWorkQueue } from '@afterimage/aws';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { composeChannelPoster } from './channel.ts';
import { tableNamed } from './clients.ts';

export function composeIngest() {
  const environment = readEnvironment('ingest');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  return {
    ...composeChannelPoster(environment),
    recordings: new DynamoSegmentIntake(recordings),
    segments: new DynamoSegmentStore(recordings),
    chunks: new S3ChunkStore(new S3Client({}), environment.LANDING_BUCKET),
    finaliseQueue: new SqsWorkQueue(new SQSClient({}), environment.FINALISE_QUEUE_URL, 'finalise'),
    bus: new EventBridgeBus(new EventBridgeClient({}), environment.EVENT_BUS),
    clock: systemClock,
    log: createLog('ingest'),
  };
}
