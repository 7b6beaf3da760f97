import type { ByteRange } from '@afterimage/core';
import type { MemoryObjects } from './memory-stores.ts';

/** Recording files and manifests in memory; chunks are read from the landing objects. */
export class MemoryFiles {
  readonly objects = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, { manifest: string; signature: string }>();
  readonly #landing: MemoryObjects;

  constructor(landing: MemoryObjects) {
    this.#landing = landing;
  }

  async write(objectKey: string, pieces: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }> {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    const bytes = new Uint8Array(Buffer.concat(all));
    this.objects.set(objectKey, bytes);
    return { sizeBytes: bytes.length };
  }

  async *read({ location, offset, sizeBytes }: ByteRange): AsyncGenerator<Uint8Array> {
    const objects = location.store === 'landing' ? this.#landing.objects : this.objects;
    const bytes = objects.get(location.objectKey);
    if (bytes === undefined) throw new Error('no such object');
    yield bytes.subarray(offset, offset + sizeBytes);
  }

  async put(objectKey: string, signed: { manifest: string; signature: string }): Promise<void> {
    this.manifests.set(objectKey, signed);
  }
}
