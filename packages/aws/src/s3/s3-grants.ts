import {
  type ChunkToGrant,
  type Clock,
  decodeBase64,
  formatChunkKey,
  type ReadGranter,
  type UploadGrant,
  type UploadGranter,
} from '@afterimage/core';
import type { S3UrlSigner } from './s3-url-signer.ts';

/** Until when an upload must begin. What a revoked agent was granted is worth nothing when this is over. */
const uploadSeconds = 300;
/** A viewer renews its URLs by listing again. */
const readSeconds = 3600;

/** Grants one PUT of exactly the announced bytes: the key, the length and the checksum are signed. */
export class S3UploadGranter implements UploadGranter {
  readonly #signer: S3UrlSigner;
  readonly #bucket: string;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(signer: S3UrlSigner, bucket: string, clock: Pick<Clock, 'nowMs'>) {
    this.#signer = signer;
    this.#bucket = bucket;
    this.#clock = clock;
  }

  async grant({ sha256, sizeBytes, ...name }: ChunkToGrant): Promise<UploadGrant> {
    const digestHead = Buffer.from(decodeBase64(sha256)).toString('hex').slice(0, 16);
    const objectKey = formatChunkKey({ ...name, digestHead });
    const headers = {
      'content-length': String(sizeBytes),
      'content-type': 'application/octet-stream',
      'x-amz-checksum-sha256': sha256,
    };
    const signedAt = new Date(this.#clock.nowMs());
    const request = {
      method: 'PUT',
      bucket: this.#bucket,
      objectKey,
      headers,
      expiresInSeconds: uploadSeconds,
      signedAt,
    } as const;
    return { objectKey, url: await this.#signer.sign(request), headers, expiresAt: expiry(signedAt, uploadSeconds) };
  }
}

export interface ReadableBuckets {
  landing: string;
  recordings: string;
}

export class S3ReadGranter implements ReadGranter {
  readonly #signer: S3UrlSigner;
  readonly #buckets: ReadableBuckets;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(signer: S3UrlSigner, buckets: ReadableBuckets, clock: Pick<Clock, 'nowMs'>) {
    this.#signer = signer;
    this.#buckets = buckets;
    this.#clock = clock;
  }

  async grant({
    store,
    objectKey,
  }: {
    store: 'landing' | 'recordings';
    objectKey: string;
  }): Promise<{ url: string; expiresAt: string }> {
    const signedAt = new Date(this.#clock.nowMs());
    const bucket = this.#buckets[store];
    const request = { method: 'GET', bucket, objectKey, expiresInSeconds: readSeconds, signedAt } as const;
    return { url: await this.#signer.sign(request), expiresAt: expiry(signedAt, readSeconds) };
  }
}

function expiry(signedAt: Date, seconds: number): string {
  return new Date(signedAt.getTime() + seconds * 1000).toISOString();
}
