import { hkdfSync, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  importJournalKey,
  JournalCodec,
  type JournalEntry,
  type RecordingRecord,
  type SegmentPlan,
  type WriterCheckpoint,
} from '@afterimage/recording';
import { removeFile, syncDirectory } from '../files/durable-file.ts';

/** What a journal held when its process ended: enough to carry on, or to end, the recording. */
export interface RecoveredJournal {
  readonly journal: RecordingJournal;
  readonly checkpoint: WriterCheckpoint;
  readonly plans: readonly SegmentPlan[];
  /** In the order in which they were appended, from `checkpoint.position.ordinal` on. */
  readonly records: readonly RecordingRecord[];
}

interface JournalFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly codec: JournalCodec;
}

const maxUnsyncedMs = 1_000;
const fileNamePattern = /^journal-(\d{10})$/;

/**
 * What is recorded and in no sealed segment yet, encrypted. One file for each segment under way, `journal-SEQUENCE` with
 * the sequence of the last sealed one:
 *
 *     checkpoint | record, record, plan, record ...
 *
 * A new file begins whole and durable before the old one is removed, so that one of them can always be read. Appended
 * entries reach the disk within a second; calls must not overlap.
 */
export class RecordingJournal {
  readonly #directory: string;
  readonly #key: Uint8Array;
  #file: JournalFile;
  /** Records from the checkpoint on; the next file begins with those that are still in no segment. */
  #pending: Extract<JournalEntry, { kind: 'record' }>[] = [];
  #syncTimer: NodeJS.Timeout | undefined;
  #syncError: unknown;

  /** @param key 32 bytes, of this recording */
  static async create(directory: string, key: Uint8Array, checkpoint: WriterCheckpoint): Promise<RecordingJournal> {
    const file = await beginFile(directory, key, checkpoint, []);
    return new RecordingJournal(directory, key, file);
  }

  /**
   * Cuts a torn tail and carries on behind it.
   *
   * @returns undefined when the process died before the first journal was whole
   * @throws RecordingFormatError when a journal was altered
   */
  static async recover(directory: string, key: Uint8Array): Promise<RecoveredJournal | undefined> {
    const names = (await readdir(directory)).filter((name) => fileNamePattern.test(name)).sort();
    for (const name of names.reverse()) {
      const codec = await codecFor(key, name);
      const path = join(directory, name);
      const { entries, validLengthBytes } = await codec.decode(await readFile(path));
      const [first, ...rest] = entries;
      if (first?.kind !== 'checkpoint') continue;
      const handle = await open(path, 'r+');
      await handle.truncate(validLengthBytes);
      await handle.close();
      const file = { path, handle: await open(path, 'a'), codec };
      const journal = new RecordingJournal(directory, key, file);
      journal.#pending = rest.filter((entry) => entry.kind === 'record');
      await removeAllBut(directory, names, name);
      return {
        journal,
        checkpoint: first.checkpoint,
        plans: rest.flatMap((entry) => (entry.kind === 'plan' ? [entry.plan] : [])),
        records: journal.#pending.map((entry) => entry.record),
      };
    }
    return undefined;
  }

  private constructor(directory: string, key: Uint8Array, file: JournalFile) {
    this.#directory = directory;
    this.#key = key;
    this.#file = file;
  }

  /** Durable within a second. @throws when an earlier entry could not be made durable */
  async appendRecord(ordinal: number, record: RecordingRecord): Promise<void> {
    const entry = { kind: 'record', ordinal, record } as const;
    this.#pending.push(entry);
    await this.#write(entry);
    this.#syncTimer ??= setTimeout(() => void this.#syncLater(), maxUnsyncedMs);
  }

  /** Durable, with everything before it, when it resolves. */
  async appendPlan(plan: SegmentPlan): Promise<void> {
    await this.#write({ kind: 'plan', plan });
    await this.#sync();
  }

  /** Forgets what is sealed and spooled up to the checkpoint. */
  async advance(checkpoint: WriterCheckpoint): Promise<void> {
    const pending = this.#pending.filter((entry) => entry.ordinal >= checkpoint.position.ordinal);
    const previous = this.#file;
    this.#file = await beginFile(this.#directory, this.#key, checkpoint, pending);
    this.#pending = pending;
    this.#cancelSync();
    await previous.handle.close();
    await removeFile(previous.path);
  }

  async close(): Promise<void> {
    this.#cancelSync();
    await this.#file.handle.sync();
    await this.#file.handle.close();
  }

  async #write(entry: JournalEntry): Promise<void> {
    if (this.#syncError !== undefined) throw this.#syncError;
    await this.#file.handle.appendFile(await this.#file.codec.encode(entry));
  }

  async #sync(): Promise<void> {
    this.#cancelSync();
    await this.#file.handle.datasync();
  }

  async #syncLater(): Promise<void> {
    const { handle } = this.#file;
    this.#syncTimer = undefined;
    try {
      await handle.datasync();
    } catch (error) {
      if (handle === this.#file.handle) this.#syncError = error;
    }
  }

  #cancelSync(): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
  }
}

/** Every file has a key of its own, so that no entry of one is taken for an entry of another. */
async function codecFor(key: Uint8Array, fileName: string): Promise<JournalCodec> {
  const fileKey = new Uint8Array(hkdfSync('sha256', key, '', `afterimage agent ${fileName}`, 32));
  return new JournalCodec({ key: await importJournalKey(fileKey), randomBytes: (length) => randomBytes(length) });
}

async function beginFile(
  directory: string,
  key: Uint8Array,
  checkpoint: WriterCheckpoint,
  pending: readonly JournalEntry[],
): Promise<JournalFile> {
  const name = `journal-${String(checkpoint.sequence).padStart(10, '0')}`;
  const path = join(directory, name);
  const codec = await codecFor(key, name);
  const handle = await open(path, 'w', 0o600);
  for (const entry of [{ kind: 'checkpoint', checkpoint } as const, ...pending]) {
    await handle.appendFile(await codec.encode(entry));
  }
  await handle.sync();
  await syncDirectory(directory);
  return { path, handle, codec };
}

async function removeAllBut(directory: string, names: readonly string[], kept: string): Promise<void> {
  for (const name of names) if (name !== kept) await removeFile(join(directory, name));
}
