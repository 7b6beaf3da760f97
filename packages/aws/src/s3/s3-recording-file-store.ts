import type { ByteRange, ManifestStore, RecordingFileStore } from '@afterimage/core';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ReadableBuckets } from './s3-grants.ts';
import { S3MultipartWriter } from './s3-multipart-writer.ts';

const bytesSchema = z.custom<AsyncIterable<Uint8Array>>(
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);
const manifestSchema = z.object({ manifest: z.string(), signature: z.base64() });

export class S3RecordingFileStore implements RecordingFileStore {
  readonly #client: S3Client;
  readonly #buckets: ReadableBuckets;
  readonly #partBytes: number | undefined;

  constructor(client: S3Client, buckets: ReadableBuckets, { partBytes }: { partBytes?: number } = {}) {
    this.#client = client;
    this.#buckets = buckets;
    this.#partBytes = partBytes;
  }

  write(objectKey: string, pieces: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }> {
    const target = { Bucket: this.#buckets.recordings, Key: objectKey };
    return new S3MultipartWriter(this.#client, target, this.#partBytes).write(pieces);
  }

  /** Get of a range, as a stream. */
  async *read({ location, offset, sizeBytes }: ByteRange): AsyncGenerator<Uint8Array> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: this.#buckets[location.store],
        Key: location.objectKey,
        Range: `bytes=${offset}-${offset + sizeBytes - 1}`,
      }),
    );
    let received = 0;
    for await (const piece of bytesSchema.parse(Body)) {
      received += piece.length;
      yield piece;
    }
    if (received !== sizeBytes) throw new Error('an object is shorter than its segments');
  }
}

/** Manifests lie beside their files, each with its signature in one JSON object. */
export class S3ManifestStore implements ManifestStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(objectKey: string, signed: { manifest: string; signature: string }): Promise<void> {
    const Body = JSON.stringify(signed);
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: objectKey, Body, ContentType: 'application/json' }),
    );
  }

  async get(objectKey: string): Promise<{ manifest: string; signature: string }> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: objectKey }));
    return manifestSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  }
}
