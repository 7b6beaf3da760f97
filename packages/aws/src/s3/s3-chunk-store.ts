import { Readable } from 'node:stream';
import { type ChunkStore, quarantineKeyOf } from '@afterimage/core';
import { CopyObjectCommand, GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

export class S3ChunkStore implements ChunkStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Get of a whole chunk; its length is looked at before its bytes. */
  async read(objectKey: string, maxBytes: number): Promise<Uint8Array | 'missing' | 'too-large'> {
    try {
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: objectKey });
      const { Body, ContentLength } = await this.#client.send(command);
      if (Body !== undefined && ContentLength !== undefined && ContentLength <= maxBytes) {
        return await Body.transformToByteArray();
      }
      discard(Body);
      return 'too-large';
    } catch (error) {
      if (error instanceof NoSuchKey) return 'missing';
      throw error;
    }
  }

  /** Get of one segment's bytes. */
  async readRange(objectKey: string, offset: number, sizeBytes: number): Promise<Uint8Array> {
    const Range = `bytes=${offset}-${offset + sizeBytes - 1}`;
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: objectKey, Range }));
    const bytes = await Body?.transformToByteArray();
    if (bytes?.length !== sizeBytes) throw new Error('the chunk is shorter than its segments');
    return bytes;
  }

  /** Copy within the bucket, under a key that nothing listens to. */
  async quarantine(objectKey: string): Promise<void> {
    const CopySource = `${this.#bucket}/${objectKey.split('/').map(encodeURIComponent).join('/')}`;
    const Key = quarantineKeyOf(objectKey);
    await this.#client.send(new CopyObjectCommand({ Bucket: this.#bucket, CopySource, Key }));
  }
}

/** Ends a body that nobody reads. It reports its own early end as an error, which nobody else would catch. */
function discard(body: unknown): void {
  if (body instanceof Readable) body.on('error', () => {}).destroy();
}
