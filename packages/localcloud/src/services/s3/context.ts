import type { AwsRequest, AwsResponse, Kernel } from '../../kernel/types.ts';
import type { KeyGate } from '../kms/key-gate.ts';
import type { BlobStore } from './blob-store.ts';
import type { Bucket } from './bucket.ts';
import type { BucketStore } from './bucket-store.ts';
import type { NotificationOutbox } from './notification-outbox.ts';
import type { UploadStore } from './upload-store.ts';
import type { VersionStore } from './version-store.ts';

/** What every S3 operation works with. */
export interface S3Context {
  kernel: Kernel;
  blobs: BlobStore;
  buckets: BucketStore;
  versions: VersionStore;
  uploads: UploadStore;
  outbox: NotificationOutbox;
  keys: KeyGate;
}

/** A request on a bucket that exists. */
export interface BucketCall {
  request: AwsRequest;
  bucket: Bucket;
}

/** A request on an object; the key is decoded. */
export interface ObjectCall extends BucketCall {
  key: string;
}

export type BucketOperation = (context: S3Context, call: BucketCall) => Promise<AwsResponse>;
export type ObjectOperation = (context: S3Context, call: ObjectCall) => Promise<AwsResponse>;
