import type { RecordingId } from '@afterimage/contracts';
import type { ObjectLocation } from '../files/locate-segments.ts';

export interface ChunkStore {
  /** `missing`: no such object yet. `too-large`: it was not read. */
  read(objectKey: string, maxBytes: number): Promise<Uint8Array | 'missing' | 'too-large'>;
  readRange(objectKey: string, offset: number, sizeBytes: number): Promise<Uint8Array>;
  /** Keeps a copy of refused bytes; twice is once. */
  quarantine(objectKey: string): Promise<void>;
}

export interface ChunkToGrant {
  recordingId: RecordingId;
  firstSequence: number;
  lastSequence: number;
  sizeBytes: number;
  /** Base64. */
  sha256: string;
}

export interface UploadGrant {
  objectKey: string;
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

export interface UploadGranter {
  grant(chunk: ChunkToGrant): Promise<UploadGrant>;
}

export interface ReadGranter {
  grant(object: Pick<ObjectLocation, 'store' | 'objectKey'>): Promise<{ url: string; expiresAt: string }>;
}

export interface ByteRange {
  location: Pick<ObjectLocation, 'store' | 'objectKey'>;
  offset: number;
  sizeBytes: number;
}

export interface RecordingFileStore {
  /** Streams the pieces into one object with bounded memory. An unfinished attempt leaves nothing that can be read. */
  write(objectKey: string, pieces: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }>;
  read(range: ByteRange): AsyncIterable<Uint8Array>;
}

/** Withdraws objects with all their versions. */
export interface ObjectEraser {
  /** @returns how many versions a retention rule of the bucket keeps */
  eraseUnder(location: { store: ObjectLocation['store']; prefix: string }): Promise<number>;
}

export interface ManifestStore {
  put(objectKey: string, signed: { manifest: string; signature: string }): Promise<void>;
  get(objectKey: string): Promise<{ manifest: string; signature: string }>;
}
