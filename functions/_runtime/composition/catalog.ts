import {
  DynamoRecordedEventStore,
  DynamoRecordingCatalog,
  DynamoRecordingStore,
  DynamoSegmentStore,
  DynamoSessionStore,
  KmsManifestSigner,
  S3ManifestStore,
  S3ReadGranter,
} from '@afterimage/aws';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { createUrlSigner, tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';
import { composeCatalogSeenBy } from './viewing.ts';

export function composeCatalog() {
  const environment = readEnvironment('catalog');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const log = createLog('catalog');
  const buckets = { landing: environment.LANDING_BUCKET, recordings: environment.RECORDINGS_BUCKET };
  const reviewers = composeReviewers(environment);
  return {
    ...reviewers,
    seenBy: composeCatalogSeenBy({
      configurationTable: environment.CONFIGURATION_TABLE,
      recordings: new DynamoRecordingStore(recordings),
      catalog: new DynamoRecordingCatalog(recordings, systemClock.nowMs, (rowKey) =>
        log.error('recording row is unreadable', { rowKey }),
      ),
    }),
    segments: new DynamoSegmentStore(recordings),
    sessions: new DynamoSessionStore(tableNamed(environment.SESSIONS_TABLE)),
    events: new DynamoRecordedEventStore(recordings),
    objects: new S3ReadGranter(createUrlSigner(), buckets, systemClock),
    manifests: new S3ManifestStore(new S3Client({}), environment.RECORDINGS_BUCKET),
    retiredManifestKeys: environment.RETIRED_MANIFEST_KEYS,
    signer: new KmsManifestSigner(new KMSClient({}), environment.MANIFEST_KEY),
  };
}
