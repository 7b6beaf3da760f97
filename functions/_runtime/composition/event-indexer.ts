import {
  DynamoDataKeyStore,
  DynamoRecordedEventStore,
  DynamoRecordingStore,
  KmsKeyUnwrapper,
  readSegmentImage,
  S3ChunkStore,
} from '@afterimage/aws';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeEventIndexer() {
  const environment = readEnvironment('event-indexer');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  return {
    readImage: readSegmentImage,
    recordings: new DynamoRecordingStore(recordings),
    keys: new DynamoDataKeyStore(tableNamed(environment.KEYS_TABLE)),
    unwrapper: new KmsKeyUnwrapper(new KMSClient({})),
    chunks: new S3ChunkStore(new S3Client({}), environment.LANDING_BUCKET),
    events: new DynamoRecordedEventStore(recordings),
    clock: systemClock,
    log: createLog('event-indexer'),
  };
}
