/** What a bucket is set to. Stored as JSON, so only plain data. */
export interface BucketSettings {
  versioning: 'Off' | 'Enabled' | 'Suspended';
  objectLock: boolean;
  /** Applied to new versions that bring no retention of their own. */
  defaultRetention?: DefaultRetention;
  encryption: BucketEncryption;
  cors: CorsRule[];
  lifecycle: LifecycleRule[];
  queues: QueueNotification[];
  eventBridge: boolean;
  blockPublicPolicy: boolean;
  restrictPublicBuckets: boolean;
  /** The bucket policy as in the template, already evaluated. */
  policy?: unknown;
}

export interface Bucket {
  name: string;
  createdMs: number;
  settings: BucketSettings;
}

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

export interface DefaultRetention {
  mode: RetentionMode;
  durationMs: number;
}

export interface BucketEncryption {
  algorithm: 'AES256' | 'aws:kms';
  /** ARN, id or alias as configured; absent means the account's own `aws/s3` key. */
  keyId?: string;
  bucketKey: boolean;
}

export interface CorsRule {
  id?: string;
  origins: string[];
  methods: string[];
  headers: string[];
  exposed: string[];
  maxAgeSeconds?: number;
}

export interface LifecycleRule {
  id: string;
  prefix: string;
  tags: Record<string, string>;
  sizeGreaterThan?: number;
  sizeLessThan?: number;
  expirationDays?: number;
  expirationDateMs?: number;
  removeExpiredDeleteMarkers: boolean;
  noncurrentDays?: number;
  newerNoncurrentVersions?: number;
  abortUploadsAfterDays?: number;
  transitions: { storageClass: string; days: number }[];
}

export interface QueueNotification {
  id: string;
  queueArn: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete` … */
  events: string[];
  prefix: string;
  suffix: string;
}

export function defaultSettings(): BucketSettings {
  return {
    versioning: 'Off',
    objectLock: false,
    encryption: { algorithm: 'AES256', bucketKey: false },
    cors: [],
    lifecycle: [],
    queues: [],
    eventBridge: false,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  };
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
