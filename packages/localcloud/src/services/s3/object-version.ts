import type { Blob } from './blob-store.ts';
import type { RetentionMode } from './bucket.ts';
import type { Checksum } from './checksums.ts';

/** How a version says it is encrypted. The bytes on this machine's disk are plain. */
export interface ObjectEncryption {
  algorithm: 'AES256' | 'aws:kms';
  /** Full ARN of the KMS key. */
  keyArn?: string;
  bucketKey: boolean;
}

/** What an object carries besides its bytes, fixed when it is made. */
export interface ObjectAttributes {
  /** `content-type`, `cache-control` … as they go back out. */
  headers: Record<string, string>;
  /** User metadata without the `x-amz-meta-` prefix. */
  metadata: Record<string, string>;
  encryption: ObjectEncryption;
  checksum?: Checksum;
  /** Sizes of the parts in order, for an object out of a multipart upload. */
  partSizesBytes?: number[];
}

export interface Retention {
  mode: RetentionMode;
  untilMs: number;
}

/** What is settled about an object before its bytes arrive. */
export interface ObjectDraft {
  attributes: ObjectAttributes;
  storageClass: string;
  tags: Record<string, string>;
  retention?: Retention;
  legalHold: boolean;
}

export interface NewVersion extends ObjectDraft {
  key: string;
  /** Without quotes. */
  etag: string;
  blobs: Blob[];
  sizeBytes: number;
}

/** A stored version or delete marker. */
export interface ObjectVersion extends NewVersion {
  sequence: number;
  bucket: string;
  /** `null` (the text) for a version made while versioning was not on. */
  versionId: string;
  isLatest: boolean;
  isDeleteMarker: boolean;
  modifiedMs: number;
}

export const deleteMarkerContent: Omit<NewVersion, 'key'> = {
  attributes: { headers: {}, metadata: {}, encryption: { algorithm: 'AES256', bucketKey: false } },
  storageClass: 'STANDARD',
  tags: {},
  legalHold: false,
  etag: '',
  blobs: [],
  sizeBytes: 0,
};

/** Version sequence as notifications carry it: hexadecimal of one width, so that comparing texts compares ages. */
export function sequencerOf(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, '0');
}
