import { hkdfSync, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  importJournalKey,
  JournalCodec,
  type JournalEntry,
  type RecordingRecord,
  type SegmentPlan,
  type WriterCheckpoint,
} from '@afterimage/recording';
import { isDiskFull, removeFile, syncDirectory } from '../files/durable-file.ts';
import { contentOf, type JournalContent, mendContent } from './mend-journal.ts';

/** What a journal held when its process ended: enough to carry on, or to end, the recording. */
export interface RecoveredJournal extends JournalContent {
  readonly journal: RecordingJournal;
  /** Something in the middle could not be read; a gap stands in its place. */
  readonly isMended: boolean;
}

interface JournalFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly codec: JournalCodec;
}

type RecordEntry = Extract<JournalEntry, { kind: 'record' }>;
type PlanEntry = Extract<JournalEntry, { kind: 'plan' }>;

const maxUnsyncedMs = 1_000;
const fileNamePattern = /^journal-(\d{10})$/;

/**
 * What is recorded and in no sealed segment yet, encrypted. One file for each segment under way, `journal-SEQUENCE` with
 * the sequence of the last sealed one:
 *
 *     checkpoint | record, record, plan, record ...
 *
 * A new file is whole and durable before it gets its name and the old one is removed, so that one of them can always be
 * read. Appended entries reach the disk within a second; calls must not overlap. What could not be written, as the disk
 * was full, is kept in memory, and the next call that succeeds has written it.
 */
export class RecordingJournal {
  readonly #directory: string;
  readonly #key: Uint8Array;
  #file: JournalFile;
  #checkpoint: WriterCheckpoint;
  /** Records from the checkpoint on; the next file begins with those that are still in no segment. */
  #pending: RecordEntry[];
  #plans: PlanEntry[];
  /** The file lacks something, so it has to be written anew. */
  #isStale = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncError: unknown;

  /** @param key 32 bytes, of this recording */
  static async create(directory: string, key: Uint8Array, checkpoint: WriterCheckpoint): Promise<RecordingJournal> {
    const content = { checkpoint, plans: [], records: [] };
    return new RecordingJournal(directory, key, content, await beginFile(directory, key, checkpoint, []));
  }

  /**
   * Cuts a torn tail, mends what is damaged in the middle, and carries on behind it.
   *
   * @returns undefined when the process died before the first journal was whole, or when too much of it is damaged
   * @throws RecordingFormatError when a journal was altered
   */
  static async recover(directory: string, key: Uint8Array): Promise<RecoveredJournal | undefined> {
    const names = (await readdir(directory)).filter((name) => fileNamePattern.test(name)).sort();
    for (const name of names.reverse()) {
      const codec = await codecFor(key, name);
      const bytes = await readFile(join(directory, name));
      const { entries, validLengthBytes } = await codec.decode(bytes);
      const readable = contentOf(entries);
      if (!readable) continue;
      const behind = await codec.salvage(bytes, validLengthBytes);
      const isMended = behind.length > 0;
      const content = isMended ? mendContent(readable, behind) : readable;
      if (!content) return undefined;
      const file = await beginFile(directory, key, content.checkpoint, entriesOf(content));
      await removeAllBut(directory, names, name);
      return { ...content, isMended, journal: new RecordingJournal(directory, key, content, file) };
    }
    return undefined;
  }

  private constructor(directory: string, key: Uint8Array, content: JournalContent, file: JournalFile) {
    const entries = entriesOf(content);
    this.#directory = directory;
    this.#key = key;
    this.#file = file;
    this.#checkpoint = content.checkpoint;
    this.#pending = entries.filter((entry) => entry.kind === 'record');
    this.#plans = entries.filter((entry) => entry.kind === 'plan');
  }

  /** Durable within a second. @throws when it, or an earlier entry, could not be written */
  async appendRecord(ordinal: number, record: RecordingRecord): Promise<void> {
    const entry = { kind: 'record', ordinal, record } as const;
    this.#pending.push(entry);
    await this.#write(entry);
    this.#syncTimer ??= setTimeout(() => void this.#syncLater(), maxUnsyncedMs);
  }

  /** Durable, with everything before it, when it resolves. */
  async appendPlan(plan: SegmentPlan): Promise<void> {
    const entry = { kind: 'plan', plan } as const;
    this.#plans = [...this.#plans.filter((earlier) => earlier.plan.sequence !== plan.sequence), entry];
    await this.#write(entry);
    await this.#sync();
  }

  /** Forgets what is sealed and spooled up to the checkpoint. */
  async advance(checkpoint: WriterCheckpoint): Promise<void> {
    this.#checkpoint = checkpoint;
    this.#pending = this.#pending.filter((entry) => entry.ordinal >= checkpoint.position.ordinal);
    this.#plans = this.#plans.filter((entry) => entry.plan.sequence > checkpoint.sequence);
    await this.#renew();
  }

  /** Writes what could not be written before. */
  async catchUp(): Promise<void> {
    if (this.#isStale) await this.#renew();
  }

  async close(): Promise<void> {
    this.#cancelSync();
    await this.#file.handle.sync();
    await this.#file.handle.close();
  }

  async #write(entry: JournalEntry): Promise<void> {
    if (this.#syncError !== undefined) throw this.#syncError;
    if (this.#isStale) return this.#renew();
    try {
      await this.#file.handle.appendFile(await this.#file.codec.encode(entry));
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  async #renew(): Promise<void> {
    this.#isStale = true;
    const previous = this.#file;
    this.#file = await beginFile(this.#directory, this.#key, this.#checkpoint, [...this.#pending, ...this.#plans]);
    this.#isStale = false;
    this.#cancelSync();
    await previous.handle.close();
    if (previous.path !== this.#file.path) await removeFile(previous.path);
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
      if (handle !== this.#file.handle) return;
      if (isDiskFull(error)) this.#isStale = true;
      else this.#syncError = error;
    }
  }

  #cancelSync(): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
  }
}

function entriesOf({ checkpoint, records, plans }: JournalContent): (RecordEntry | PlanEntry)[] {
  const { ordinal } = checkpoint.position;
  return [
    ...records.map((record, index) => ({ kind: 'record', ordinal: ordinal + index, record }) as const),
    ...plans.map((plan) => ({ kind: 'plan', plan }) as const),
  ];
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
  entries: readonly JournalEntry[],
): Promise<JournalFile> {
  const name = `journal-${String(checkpoint.sequence).padStart(10, '0')}`;
  const path = join(directory, name);
  const beside = `${path}.new`;
  const codec = await codecFor(key, name);
  const handle = await open(beside, 'w', 0o600);
  try {
    for (const entry of [{ kind: 'checkpoint', checkpoint } as const, ...entries]) {
      await handle.appendFile(await codec.encode(entry));
    }
    await handle.sync();
    await rename(beside, path);
    await syncDirectory(directory);
  } catch (error) {
    await handle.close();
    await removeFile(beside);
    throw error;
  }
  return { path, handle, codec };
}

async function removeAllBut(directory: string, names: readonly string[], kept: string): Promise<void> {
  for (const name of names) if (name !== kept) await removeFile(join(directory, name));
}
