import {
  DynamoRecordingStore,
  DynamoSegmentStore,
  EventBridgeBus,
  KmsManifestSigner,
  S3ManifestStore,
  S3RecordingFileStore,
} from '@afterimage/aws';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeFinalise() {
  const environment = readEnvironment('finalise');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const s3 = new S3Client({});
  const buckets = { landing: environment.LANDING_BUCKET, recordings: environment.RECORDINGS_BUCKET };
  return {
    recordings: new DynamoRecordingStore(recordings),
    segments: new DynamoSegmentStore(recordings),
    files: new S3RecordingFileStore(s3, buckets),
    manifests: new S3ManifestStore(s3, environment.RECORDINGS_BUCKET),
    signer: new KmsManifestSigner(new KMSClient({}), environment.MANIFEST_KEY),
    bus: new EventBridgeBus(new EventBridgeClient({}), environment.EVENT_BUS),
    clock: systemClock,
  };
}
