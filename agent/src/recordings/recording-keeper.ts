import { randomBytes } from 'node:crypto';
import type { AgentId } from '@afterimage/contracts';
import { idToBytes } from '@afterimage/contracts';
import {
  type DeviceSigner,
  deriveEpochKey,
  hexToBytes,
  type RecordingRecord,
  RecordingWriter,
  type RecordingWriterOptions,
  type SealReason,
  SHA256_BYTES,
} from '@afterimage/recording';
import { isDiskFull } from '../files/durable-file.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import { RecordingJournal } from '../journal/recording-journal.ts';
import type { SegmentSpool } from '../spool/segment-spool.ts';
import { HoldBack } from './hold-back.ts';
import type { RecordingFolder } from './recording-folder.ts';
import { isRolloverDue } from './rollover-rule.ts';
import { undecidedOptions } from './undecided-options.ts';

export interface RecordingKeeperOptions {
  readonly folder: RecordingFolder;
  readonly spool: SegmentSpool;
  readonly agentId: AgentId;
  readonly signer: DeviceSigner;
  /** A segment was spooled: it may be uploaded. */
  readonly onSealed?: () => void;
  /** A part of the journal was damaged, and a gap stands in its place. */
  readonly onMended?: () => void;
}

/**
 * Takes the records of one recording and keeps them: in the journal at once, in sealed segments in the spool as the
 * writer closes them. Nothing that was sealed once is ever sealed with other bytes, whenever the process dies.
 */
export class RecordingKeeper {
  readonly #options: RecordingKeeperOptions;
  readonly #writer: RecordingWriter;
  readonly #journal: RecordingJournal;
  readonly #queue = new SerialQueue();
  readonly #holdBack = new HoldBack(0);
  /** Of the newest record, since the recording began. */
  #lastTimeMs: number;
  /** Sealed, but the spool had no room for it yet. */
  #unspooled: { readonly sequence: number; readonly bytes: Uint8Array } | undefined;
  #onNewFile: ((fileNumber: number) => void) | undefined;
  /** Something is in memory that should be on disk. */
  #isBehind = false;

  static async begin(options: RecordingKeeperOptions): Promise<RecordingKeeper> {
    const writer = await RecordingWriter.begin(writerOptions(options));
    const { path, secrets } = options.folder;
    const journal = await RecordingJournal.create(path, secrets.journalKey, writer.checkpoint());
    return new RecordingKeeper(options, writer, journal, 0);
  }

  /**
   * Carries on where an earlier process ended. Whatever it had planned is sealed with the very bytes it had or would
   * have had.
   *
   * @returns undefined when nothing had been recorded
   */
  static async recover(options: RecordingKeeperOptions): Promise<RecordingKeeper | undefined> {
    const recovered = await RecordingJournal.recover(options.folder.path, options.folder.secrets.journalKey);
    if (!recovered) return undefined;
    const { journal, checkpoint, plans, records } = recovered;
    const writer = RecordingWriter.restore(writerOptions(options), checkpoint, plans);
    for (const record of records) writer.append(record);
    const lastTimeMs = records.at(-1)?.timeMs ?? checkpoint.state.lastTimeMs;
    const keeper = new RecordingKeeper(options, writer, journal, lastTimeMs);
    if (recovered.isMended) options.onMended?.();
    await keeper.#queue.add(() => keeper.#keep([]));
    if (keeper.hasEnded && !keeper.#isBehind) await keeper.#noteEnd(endReasonOf(records));
    return keeper;
  }

  private constructor(
    options: RecordingKeeperOptions,
    writer: RecordingWriter,
    journal: RecordingJournal,
    lastTimeMs: number,
  ) {
    this.#options = options;
    this.#writer = writer;
    this.#journal = journal;
    this.#lastTimeMs = lastTimeMs;
  }

  get lastTimeMs(): number {
    return this.#lastTimeMs;
  }

  get hasEnded(): boolean {
    return this.#writer.checkpoint().state.hasEnded;
  }

  /** Sequence of the last sealed segment; 0 before the first. */
  get sealedSequence(): number {
    return this.#writer.checkpoint().sequence;
  }

  /** h(i) of the last sealed segment. */
  get chainHead(): Uint8Array {
    return hexToBytes(this.#writer.checkpoint().chainHash);
  }

  needsKeyImage(timeMs: number): boolean {
    const held = this.#holdBack.needsKeyImage(timeMs);
    if (held !== undefined) return held;
    return this.#writer.needsKeyImage(Math.max(timeMs, this.#lastTimeMs)) || this.#isRolloverDue(timeMs);
  }

  /** Records stay in memory so long before they are kept. */
  holdBackFor(durationMs: number): void {
    this.#holdBack.durationMs = durationMs;
  }

  /** @param onNewFile called when the recording goes on in a new file */
  followFiles(onNewFile: (fileNumber: number) => void): void {
    this.#onNewFile = onNewFile;
  }

  append(...records: readonly RecordingRecord[]): Promise<void> {
    return this.#queue.add(async () => {
      for (const given of records) {
        const record = { ...given, timeMs: Math.max(given.timeMs, this.#lastTimeMs) };
        this.#lastTimeMs = record.timeMs;
        this.#holdBack.add(record);
      }
      await this.#keep(this.#holdBack.takeDue(this.#lastTimeMs));
    });
  }

  /** To be called now and then: keeps what was held back long enough, and what a full disk had no room for. */
  keepUp(nowMs: number): Promise<void> {
    return this.#queue.add(async () => {
      const due = this.#holdBack.takeDue(nowMs);
      if (due.length > 0 || this.#isBehind) await this.#keep(due);
    });
  }

  /** Seals what is open now. */
  seal(reason: SealReason = 'pause'): Promise<void> {
    return this.#queue.add(async () => {
      this.#writer.seal(reason);
      await this.#keep([]);
    });
  }

  /**
   * The final segment, signed and spooled when it resolves. Without a time, which a dead agent left nowhere: at once.
   *
   * @throws when the disk has no room for it; the next process signs off
   */
  async end(reason: string, timeMs = this.#lastTimeMs): Promise<void> {
    await this.append({ type: 'end', timeMs, reason });
    await this.#queue.add(() => this.#keep(this.#holdBack.takeAll()));
    if (this.#isBehind || !this.hasEnded) throw new Error('the disk has no room for the end of the recording');
    await this.#noteEnd(reason);
  }

  /** Leaves the recording as it is; `recover` carries on. */
  close(): Promise<void> {
    return this.#queue.add(() => this.#journal.close());
  }

  /** A file begins with a key image, so it is asked for when one is due and begun when it comes. */
  #isRolloverDue(timeMs: number): boolean {
    const { file } = this.#writer.checkpoint();
    if (!file) return false;
    const { rollover } = this.#options.folder.facts.decision?.options ?? undecidedOptions;
    return isRolloverDue({ sizeBytes: file.sizeBytes, ageMs: timeMs - file.startMs }, rollover);
  }

  /** Where there is no screen no key image will come. */
  #mayBeginFile(record: RecordingRecord): boolean {
    const { content, isUpgraded } = this.#options.folder.facts;
    const isWithoutScreen = content === 'events' && !isUpgraded;
    return isKeyImage(record) || (isWithoutScreen && record.type !== 'end');
  }

  #beginFile(): void {
    this.#writer.startNewFile();
    this.#onNewFile?.((this.#writer.checkpoint().file?.number ?? 1) + 1);
  }

  /** On a full disk everything stays in memory, in order, until there is room again. */
  async #keep(records: readonly RecordingRecord[]): Promise<void> {
    this.#isBehind = false;
    for (const record of records) {
      if (this.#mayBeginFile(record) && this.#isRolloverDue(record.timeMs)) this.#beginFile();
      const ordinal = this.#writer.append(record);
      await this.#whileRoom(() => this.#journal.appendRecord(ordinal, record));
    }
    await this.#whileRoom(() => this.#journal.catchUp());
    await this.#whileRoom(() => this.#sealClosed());
  }

  async #whileRoom(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#isBehind = true;
      this.#options.spool.noteDiskFull();
    }
  }

  async #sealClosed(): Promise<void> {
    const { spool, onSealed } = this.#options;
    for (;;) {
      const sealed = this.#unspooled;
      if (sealed) {
        await spool.add(sealed.sequence, sealed.bytes);
        await this.#journal.advance(this.#writer.checkpoint());
        this.#unspooled = undefined;
        onSealed?.();
      }
      const plan = this.#writer.planNextSegment();
      if (!plan) return;
      await this.#journal.appendPlan(plan);
      const { bytes } = await this.#writer.sealPlanned();
      this.#unspooled = { sequence: plan.sequence, bytes };
    }
  }

  async #noteEnd(reason: string): Promise<void> {
    await this.close();
    await this.#options.folder.change({ end: { reason, finalSequence: this.sealedSequence } });
  }
}

function writerOptions({ folder, agentId, signer }: RecordingKeeperOptions): RecordingWriterOptions {
  const { facts, secrets } = folder;
  const recordingId = idToBytes(facts.recordingId);
  const { previousRecordingHead } = facts;
  return {
    recordingId,
    agentId: idToBytes(agentId),
    device: {
      recordingCounter: facts.deviceCounter,
      previousRecordingHead:
        previousRecordingHead === undefined
          ? new Uint8Array(SHA256_BYTES)
          : Buffer.from(previousRecordingHead, 'base64'),
    },
    epochKey: (epoch) => deriveEpochKey(secrets.dataKey, recordingId, epoch),
    signer,
    randomBytes: (length) => randomBytes(length),
  };
}

function isKeyImage(record: RecordingRecord): boolean {
  return record.type === 'screen' && record.isKeyImage;
}

function endReasonOf(records: readonly RecordingRecord[]): string {
  const last = records.at(-1);
  return last?.type === 'end' ? last.reason : 'ended';
}
