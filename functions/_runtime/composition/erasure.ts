import {
  DynamoDataKeyStore,
  DynamoRecordedEventStore,
  DynamoRecordingStore,
  EventBridgeBus,
  KmsManifestSigner,
  S3ObjectEraser,
} from '@afterimage/aws';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

const dayMs = 86_400_000;

export function composeErasure() {
  const environment = readEnvironment('erasure');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const buckets = { landing: environment.LANDING_BUCKET, recordings: environment.RECORDINGS_BUCKET };
  return {
    recordings: new DynamoRecordingStore(recordings),
    keys: new DynamoDataKeyStore(tableNamed(environment.KEYS_TABLE)),
    events: new DynamoRecordedEventStore(recordings),
    objects: new S3ObjectEraser(new S3Client({}), buckets),
    signer: new KmsManifestSigner(new KMSClient({}), environment.MANIFEST_KEY),
    bus: new EventBridgeBus(new EventBridgeClient({}), environment.EVENT_BUS),
    clock: systemClock,
    windows: {
      keysMs: environment.KEYS_RECOVERY_DAYS * dayMs,
      recordingsMs: environment.RECORDINGS_RECOVERY_DAYS * dayMs,
    },
  };
}
