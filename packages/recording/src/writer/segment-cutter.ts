import { crc32 } from '../bytes/crc32.ts';
import { epochAt } from '../keys/key-derivation.ts';
import { MAX_SEGMENT_BODY_BYTES } from '../records/limits.ts';
import type { RecordingRecord, ScreenRecord } from '../records/record.ts';
import { encodeRecord } from '../records/record-codec.ts';
import { decodeSegmentFlags, encodeSegmentFlags, type SegmentFlags } from '../segment/segment-flags.ts';
import { RecordingWriterError } from './recording-writer-error.ts';
import { SegmentDraft } from './segment-draft.ts';
import type { SegmentPlan, WriterPosition, WriterState } from './segment-plan.ts';
import { isKeyImageNeededAt, requireAllowed, stateAfter } from './writer-state.ts';

/** A segment is closed once it holds this much ... */
export const SEGMENT_TARGET_BYTES = 256 * 1024;
/** ... or this old. */
export const SEGMENT_MAX_AGE_MS = 10_000;
/** Frame and fields of a screen part, at most. */
const SCREEN_PART_OVERHEAD_BYTES = 32;

/** A segment whose content is settled and which still has to be sealed. */
export interface ClosedSegment {
  readonly sequence: number;
  readonly fileNumber: number;
  readonly epoch: number;
  readonly start: WriterPosition;
  readonly end: WriterPosition;
  readonly flags: SegmentFlags;
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly body: Uint8Array;
  readonly stateAfter: WriterState;
}

export interface CutterStart {
  readonly sequence: number;
  readonly position: WriterPosition;
  readonly state: WriterState;
}

/**
 * Cuts the row of records into segments; no keys, no clock. A key image is always the first record of its segment, and
 * a packet is cut only where it exceeds a whole one. Where a plan exists for a segment (after a restore), the plan says
 * where it ends and all other rules are silent.
 */
export class SegmentCutter {
  readonly #plans: ReadonlyMap<number, SegmentPlan>;
  #nextSequence: number;
  #position: WriterPosition;
  #state: WriterState;
  #draft: SegmentDraft | undefined;
  readonly #closed: ClosedSegment[] = [];

  constructor(start: CutterStart, plans: readonly SegmentPlan[] = []) {
    this.#plans = new Map(plans.map((plan) => [plan.sequence, plan]));
    this.#nextSequence = start.sequence + 1;
    this.#position = start.position;
    this.#state = start.state;
  }

  get nextOrdinal(): number {
    return this.#position.ordinal;
  }

  get oldestClosed(): ClosedSegment | undefined {
    return this.#closed[0];
  }

  dropOldestClosed(): void {
    this.#closed.shift();
  }

  needsKeyImage(timeMs: number): boolean {
    return isKeyImageNeededAt(this.#state, timeMs);
  }

  append(given: RecordingRecord): void {
    const record = { ...given, timeMs: Math.max(given.timeMs, this.#state.lastTimeMs) };
    const plan = this.#plan();
    if (this.#draft === undefined && plan !== undefined) this.#enterFile(plan.fileNumber);
    requireAllowed(this.#state, record);
    const frameBytes = encodeRecord(record, this.#draft?.t1Ms ?? record.timeMs).length;
    if (plan === undefined && this.#mustCloseBefore(record, frameBytes)) this.#close(false);
    this.#state = stateAfter(this.#state, record);
    if (record.type === 'screen') this.#placeScreen(record);
    else this.#openDraft(record.timeMs).add(record);
    this.#position = { ordinal: this.#position.ordinal + 1, packetByte: 0, partIndex: 0 };
    if (this.#mustCloseAfter()) this.#close(false);
  }

  /** Closes what is open, if anything is. A segment that a plan describes is left alone: the plan ends it. */
  close(isStreaming: boolean): void {
    if (this.#draft !== undefined && this.#plan() === undefined) this.#close(isStreaming);
  }

  closeIfDue(nowMs: number): void {
    if (this.#draft !== undefined && nowMs - this.#draft.t0Ms >= SEGMENT_MAX_AGE_MS) this.close(false);
  }

  startNewFile(): void {
    this.close(false);
    this.#enterFile(this.#state.fileNumber + 1);
  }

  #plan(): SegmentPlan | undefined {
    return this.#plans.get(this.#nextSequence);
  }

  #enterFile(fileNumber: number): void {
    if (fileNumber !== this.#state.fileNumber) this.#state = { ...this.#state, fileNumber, isKeyImageNeeded: true };
  }

  #mustCloseBefore(record: RecordingRecord, frameBytes: number): boolean {
    const draft = this.#draft;
    if (draft === undefined) return false;
    return (
      epochAt(record.timeMs) !== draft.epoch ||
      record.timeMs - draft.t0Ms >= SEGMENT_MAX_AGE_MS ||
      (record.type === 'screen' && record.isKeyImage) ||
      draft.bodyLengthBytes + frameBytes > MAX_SEGMENT_BODY_BYTES
    );
  }

  #mustCloseAfter(): boolean {
    const draft = this.#draft;
    if (draft === undefined) return false;
    const plan = this.#plan();
    if (plan !== undefined) return isSamePosition(plan.end, this.#position);
    return draft.bodyLengthBytes >= SEGMENT_TARGET_BYTES || this.#state.hasEnded;
  }

  #placeScreen(packet: ScreenRecord): void {
    for (;;) {
      const { ordinal, packetByte, partIndex } = this.#position;
      const draft = this.#openDraft(packet.timeMs);
      const end = Math.min(packetByte + this.#partRoom(draft), packet.bytes.length);
      const isLast = end === packet.bytes.length;
      draft.add({ ...packet, bytes: packet.bytes.subarray(packetByte, end), partIndex, isLast });
      if (isLast) return;
      this.#position = { ordinal, packetByte: end, partIndex: partIndex + 1 };
      this.#close(false);
    }
  }

  #partRoom(draft: SegmentDraft): number {
    const plan = this.#plan();
    const { ordinal, packetByte } = this.#position;
    if (plan !== undefined && plan.end.ordinal === ordinal) return plan.end.packetByte - packetByte;
    return MAX_SEGMENT_BODY_BYTES - SCREEN_PART_OVERHEAD_BYTES - draft.bodyLengthBytes;
  }

  #openDraft(timeMs: number): SegmentDraft {
    this.#draft ??= new SegmentDraft({
      sequence: this.#nextSequence,
      fileNumber: this.#state.fileNumber,
      epoch: epochAt(timeMs),
      start: this.#position,
      t0Ms: timeMs,
    });
    return this.#draft;
  }

  #close(isStreaming: boolean): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    const plan = this.#plan();
    const flags = draft.flags(plan === undefined ? isStreaming : decodeSegmentFlags(plan.flags).isStreaming);
    const { sequence, fileNumber, epoch, start, t0Ms, t1Ms } = draft;
    const body = draft.body();
    const end = this.#position;
    const closed = { sequence, fileNumber, epoch, start, end, flags, t0Ms, t1Ms, body, stateAfter: this.#state };
    if (plan !== undefined) requireFits(plan, closed);
    this.#closed.push(closed);
    this.#draft = undefined;
    this.#nextSequence++;
  }
}

function isSamePosition(a: WriterPosition, b: WriterPosition): boolean {
  return a.ordinal === b.ordinal && a.packetByte === b.packetByte && a.partIndex === b.partIndex;
}

function requireFits(plan: SegmentPlan, closed: ClosedSegment): void {
  const fits =
    isSamePosition(plan.start, closed.start) &&
    isSamePosition(plan.end, closed.end) &&
    plan.fileNumber === closed.fileNumber &&
    plan.epoch === closed.epoch &&
    plan.flags === encodeSegmentFlags(closed.flags) &&
    plan.t0Ms === closed.t0Ms &&
    plan.t1Ms === closed.t1Ms &&
    plan.bodyLengthBytes === closed.body.length &&
    plan.bodyChecksum === crc32(closed.body);
  if (!fits) throw new RecordingWriterError('plan-mismatch', `segment ${plan.sequence} was planned of other records`);
}
