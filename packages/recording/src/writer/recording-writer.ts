import { crc32 } from '../bytes/crc32.ts';
import type { DeviceSigner } from '../crypto/device-signature.ts';
import { bytesToHex, hexToBytes } from '../encoding/hex.ts';
import type { EpochKey } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import { chainStart } from '../segment/chain.ts';
import { type SealedSegment, sealBody } from '../segment/seal-segment.ts';
import { encodeSegmentFlags } from '../segment/segment-flags.ts';
import { type DeviceLink, SALT_BYTES } from '../segment/segment-header.ts';
import { type ClosedSegment, SegmentCutter } from './segment-cutter.ts';
import type { SegmentPlan, WriterCheckpoint, WrittenFile } from './segment-plan.ts';
import { INITIAL_WRITER_STATE } from './writer-state.ts';

export interface RecordingWriterOptions {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
  readonly device: DeviceLink;
  readonly epochKey: (epoch: number) => Promise<EpochKey>;
  readonly signer: DeviceSigner;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** `pause`: the session paused or is about to; `watched`: somebody watches, the segment is marked as streaming. */
export type SealReason = 'pause' | 'watched';

/**
 * Turns records into sealed segments.
 *
 *     append(record) -> ordinal          journal { ordinal, record }
 *     planNextSegment() -> plan          journal the plan and sync it to disk, then
 *     sealPlanned() -> segment           spool it; journal checkpoint(), drop older records and plans
 *
 * After a crash: `restore(options, last checkpoint, plans)`, then `append` the journalled records from
 * `checkpoint.position.ordinal` on. A segment that had been planned is sealed again with the same bytes.
 */
export class RecordingWriter {
  readonly #options: RecordingWriterOptions;
  readonly #cutter: SegmentCutter;
  readonly #plans: Map<number, SegmentPlan>;
  #checkpoint: WriterCheckpoint;
  #sealing: Promise<SealedSegment> | undefined;

  private constructor(options: RecordingWriterOptions, checkpoint: WriterCheckpoint, plans: readonly SegmentPlan[]) {
    const later = plans.filter((plan) => plan.sequence > checkpoint.sequence);
    this.#options = options;
    this.#checkpoint = checkpoint;
    this.#plans = new Map(later.map((plan) => [plan.sequence, plan]));
    this.#cutter = new SegmentCutter(checkpoint, later);
  }

  static async begin(options: RecordingWriterOptions): Promise<RecordingWriter> {
    return new RecordingWriter(
      options,
      {
        version: 1,
        sequence: 0,
        chainHash: bytesToHex(await chainStart(options.recordingId, options.agentId)),
        position: { ordinal: 0, packetByte: 0, partIndex: 0 },
        state: INITIAL_WRITER_STATE,
      },
      [],
    );
  }

  static restore(
    options: RecordingWriterOptions,
    checkpoint: WriterCheckpoint,
    plans: readonly SegmentPlan[],
  ): RecordingWriter {
    return new RecordingWriter(options, checkpoint, plans);
  }

  /** What the next appended record will be counted as. */
  get nextOrdinal(): number {
    return this.#cutter.nextOrdinal;
  }

  /**
   * Takes a record and returns its ordinal, under which it must be journalled. A record that is earlier than the one
   * before takes that one's time. Throws `RecordingWriterError` or `RangeError`, and then the record is not counted.
   */
  append(record: RecordingRecord): number {
    const ordinal = this.#cutter.nextOrdinal;
    this.#cutter.append(record);
    return ordinal;
  }

  /** Whether a screen packet at that time must be a key image: ask before encoding. */
  needsKeyImage(timeMs: number): boolean {
    return this.#cutter.needsKeyImage(timeMs);
  }

  /** Closes the open segment now, if it holds anything. The `end` record closes its segment by itself. */
  seal(reason: SealReason): void {
    this.#cutter.close(reason === 'watched');
  }

  /** Closes the open segment when it is 10 s old; call it from a timer, as an idle screen appends nothing. */
  sealIfDue(nowMs: number): void {
    this.#cutter.closeIfDue(nowMs);
  }

  /** What follows belongs to the recording's next file, which begins with a key image. */
  startNewFile(): void {
    this.#cutter.startNewFile();
  }

  /** The plan of the oldest closed segment; the same one until it is sealed. Undefined when nothing is closed. */
  planNextSegment(): SegmentPlan | undefined {
    const closed = this.#cutter.oldestClosed;
    if (closed === undefined) return undefined;
    const plan = this.#plans.get(closed.sequence) ?? this.#planOf(closed);
    this.#plans.set(plan.sequence, plan);
    return plan;
  }

  /** Seals the planned segment. The plan must be on disk before. Throws `TypeError` when nothing is planned. */
  async sealPlanned(): Promise<SealedSegment> {
    this.#sealing ??= this.#sealOldest().finally(() => {
      this.#sealing = undefined;
    });
    return this.#sealing;
  }

  /** The state after the last sealed segment. */
  checkpoint(): WriterCheckpoint {
    return this.#checkpoint;
  }

  #planOf(closed: ClosedSegment): SegmentPlan {
    const { sequence, fileNumber, epoch, start, end, t0Ms, t1Ms } = closed;
    return {
      version: 1,
      sequence,
      fileNumber,
      epoch,
      salt: bytesToHex(this.#options.randomBytes(SALT_BYTES)),
      start,
      end,
      flags: encodeSegmentFlags(closed.flags),
      t0Ms,
      t1Ms,
      bodyLengthBytes: closed.body.length,
      bodyChecksum: crc32(closed.body),
    };
  }

  async #sealOldest(): Promise<SealedSegment> {
    const closed = this.#cutter.oldestClosed;
    const plan = closed && this.#plans.get(closed.sequence);
    if (closed === undefined || plan === undefined) throw new TypeError('plan a segment before sealing it');
    const { recordingId, agentId, device, epochKey, signer } = this.#options;
    const { sequence, fileNumber, epoch, t0Ms, t1Ms, flags } = closed;
    const origin = { recordingId, agentId, fileNumber, sequence, epoch, t0Ms, t1Ms, flags };
    const hashes = { salt: hexToBytes(plan.salt), previousHash: hexToBytes(this.#checkpoint.chainHash) };
    const fields = { ...origin, ...hashes, ...(sequence === 1 && { device }) };
    const segment = await sealBody(fields, closed.body, await epochKey(epoch), signer);
    this.#advance(closed, segment);
    return segment;
  }

  #advance(closed: ClosedSegment, segment: SealedSegment): void {
    this.#cutter.dropOldestClosed();
    this.#plans.delete(closed.sequence);
    this.#checkpoint = {
      version: 1,
      sequence: closed.sequence,
      chainHash: bytesToHex(segment.hash),
      position: closed.end,
      state: closed.stateAfter,
      file: fileWith(closed, segment.bytes.length, this.#checkpoint.file),
    };
  }
}

function fileWith({ fileNumber, t0Ms }: ClosedSegment, addedBytes: number, before?: WrittenFile): WrittenFile {
  const isSame = before?.number === fileNumber;
  return {
    number: fileNumber,
    startMs: isSame ? before.startMs : t0Ms,
    sizeBytes: (isSame ? before.sizeBytes : 0) + addedBytes,
  };
}
