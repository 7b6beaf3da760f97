import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { diskFull } from '../../faults/fault-plan.ts';
import type { ByteHasher } from './checksums.ts';

/** A file of the store and how much of an object it holds. */
export interface Blob {
  file: string;
  sizeBytes: number;
}

const shardCount = 16;

/**
 * Bytes of object versions and upload parts, one file each:
 *
 *     DATA/s3/<hex digit>/<32 hex digits>
 *
 * A file has a random name and is never written twice, so it needs no temporary name: it means nothing until a
 * committed row names it. `write` resolves when its bytes and its directory entry are on disk. Files that no row names
 * (a crash between write and commit, or between a delete's commit and its unlink) are removed at the next start.
 */
export class BlobStore {
  readonly #root: string;
  readonly #isDiskFull: () => boolean;
  readonly #directorySyncs = new Map<string, { running: Promise<void>; next?: Promise<void> }>();
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();
  readonly #opened: Promise<number>;

  /** @param known files that rows name; every other one goes before the first write */
  constructor(root: string, known: ReadonlySet<string>, isDiskFull: () => boolean = () => false) {
    this.#root = root;
    this.#isDiskFull = isDiskFull;
    this.#opened = this.#open(known);
  }

  /** Resolves when the directories are there and orphans are gone, with their number. */
  get opened(): Promise<number> {
    return this.#opened;
  }

  /** Writes a stream to a new file, feeding every chunk to the hashers. Leaves nothing behind when the stream fails. */
  async write(source: AsyncIterable<Uint8Array>, hashers: readonly ByteHasher[]): Promise<Blob> {
    await this.#opened;
    const id = randomBytes(16).toString('hex');
    const file = `${id.charAt(0)}/${id}`;
    const handle = await open(join(this.#root, file), 'wx', 0o600);
    let sizeBytes = 0;
    try {
      for await (const chunk of source) {
        if (this.#isDiskFull()) throw diskFull();
        for (const hasher of hashers) hasher.update(chunk);
        for (let written = 0; written < chunk.length; ) {
          written += (await handle.write(chunk, written, chunk.length - written)).bytesWritten;
        }
        sizeBytes += chunk.length;
      }
      await handle.sync();
    } catch (error) {
      await handle.close();
      await rm(join(this.#root, file), { force: true });
      throw error;
    }
    await handle.close();
    await this.#syncDirectory(join(this.#root, id.charAt(0)));
    return { file, sizeBytes };
  }

  /** Bytes `start` to `end` (inclusive) of the blobs laid end to end. Files stay until the stream is closed. */
  read(blobs: readonly Blob[], start: number, end: number): Readable {
    const files = blobs.map((blob) => blob.file);
    for (const file of files) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    const stream = Readable.from(this.#ranges(blobs, start, end), { objectMode: false });
    stream.once('close', () => this.#release(files));
    return stream;
  }

  /** Removes files that no row names any more; one that is being read goes when its readers are done. */
  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (this.#readers.has(file)) this.#doomed.add(file);
      else await rm(join(this.#root, file), { force: true });
    }
  }

  async *#ranges(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for (const { file, sizeBytes } of blobs) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, sizeBytes - 1);
      if (from <= to) yield* createReadStream(join(this.#root, file), { start: from, end: to });
      offset += sizeBytes;
    }
  }

  #release(files: readonly string[]): void {
    for (const file of files) {
      const left = (this.#readers.get(file) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(file, left);
        continue;
      }
      this.#readers.delete(file);
      if (this.#doomed.delete(file)) void rm(join(this.#root, file), { force: true });
    }
  }

  async #open(known: ReadonlySet<string>): Promise<number> {
    let orphanCount = 0;
    for (let shard = 0; shard < shardCount; shard += 1) {
      const name = shard.toString(16);
      await mkdir(join(this.#root, name), { recursive: true });
      for (const file of await readdir(join(this.#root, name))) {
        if (known.has(`${name}/${file}`)) continue;
        await rm(join(this.#root, name, file), { force: true });
        orphanCount += 1;
      }
    }
    return orphanCount;
  }

  /** Writers that arrive while a sync runs share the next one, since the running one may have missed their entry. */
  #syncDirectory(directory: string): Promise<void> {
    const current = this.#directorySyncs.get(directory);
    if (current === undefined) return this.#startSync(directory);
    current.next ??= current.running.then(() => this.#startSync(directory));
    return current.next;
  }

  #startSync(directory: string): Promise<void> {
    const running = syncDirectory(directory);
    const entry = { running };
    this.#directorySyncs.set(directory, entry);
    return running.finally(() => {
      if (this.#directorySyncs.get(directory) === entry) this.#directorySyncs.delete(directory);
    });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
