import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { epochAt } from '../keys/key-derivation.ts';
import { isSameOrigin } from '../segment/segment-split.ts';
import type { VerifiedSegment } from '../segment/verify-segment.ts';
import type { ByteRange, ScannedPiece } from './segment-scanner.ts';
import { SequenceRanges } from './sequence-ranges.ts';
import type { Finding, FindingReason } from './verdict.ts';

export interface ChainOrigin {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
  /** h(0). */
  readonly chainStart: Uint8Array;
}

interface Seen extends VerifiedSegment {
  readonly file: string;
  readonly byteRange: ByteRange;
}

type Damage = Finding & { readonly byteRange: ByteRange };

/**
 * Takes the pieces of all files in order and tells what is wrong with them as a whole: segments that are damaged,
 * missing, repeated, in another order, of another recording, not linked to their predecessor, or at odds with it.
 */
export class ChainAudit {
  readonly #origin: ChainOrigin;
  readonly #findings: Finding[] = [];
  readonly #seen = new Map<number, Seen>();
  readonly #missing = new SequenceRanges();
  #damages: Damage[] = [];
  #nextSequence = 1;
  #hasEnded = false;
  #untilMs = 0;

  constructor(origin: ChainOrigin) {
    this.#origin = origin;
  }

  get untilMs(): number {
    return this.#untilMs;
  }

  get segmentCount(): number {
    return this.#seen.size;
  }

  /** The agent's own last segment is there. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get lastSequence(): number {
    return this.#nextSequence - 1;
  }

  segment(sequence: number): VerifiedSegment | undefined {
    return this.#seen.get(sequence);
  }

  take(file: string, piece: ScannedPiece): void {
    if (piece.kind === 'damage') {
      this.#damages.push({ file, reason: piece.code, detail: piece.detail, byteRange: piece.byteRange });
    } else {
      this.#takeSegment({ ...piece.segment, file, byteRange: piece.byteRange });
    }
  }

  finish(): Finding[] {
    this.#nameDamages(Number.POSITIVE_INFINITY);
    for (const [from, to] of this.#missing.ranges) {
      this.#findings.push({ reason: 'segment-missing', detail: 'nothing holds it', sequences: [from, to] });
    }
    for (const seen of this.#seen.values()) {
      this.#checkLink(seen);
      this.#checkCourse(seen);
    }
    return this.#findings;
  }

  #takeSegment(seen: Seen): void {
    const { sequence } = seen.header;
    if (!isSameOrigin(seen.header, this.#origin)) {
      this.#find(seen, 'wrong-recording', 'sealed for another recording');
      return;
    }
    const before = this.#seen.get(sequence);
    if (before !== undefined) {
      const isSame = areBytesEqual(before.hash, seen.hash);
      this.#find(seen, 'segment-repeated', isSame ? 'the same bytes' : 'other bytes under the same number');
      return;
    }
    if (this.#hasEnded && sequence >= this.#nextSequence)
      this.#find(seen, 'segment-after-end', 'the recording had ended');
    this.#seen.set(sequence, seen);
    if (sequence < this.#nextSequence) this.#takeLate(seen);
    else this.#takeNext(seen);
  }

  #takeLate(seen: Seen): void {
    this.#missing.remove(seen.header.sequence);
    this.#find(seen, 'segment-out-of-order', 'a later segment lies before it');
  }

  #takeNext(seen: Seen): void {
    const { sequence, flags, t1Ms } = seen.header;
    const named = this.#nameDamages(sequence - this.#nextSequence);
    if (this.#nextSequence + named < sequence) this.#missing.add(this.#nextSequence + named, sequence - 1);
    this.#nextSequence = sequence + 1;
    this.#untilMs = t1Ms;
    this.#hasEnded ||= flags.isFinal;
  }

  /** Damaged bytes take the places of the segments that are not there, as far as there are any; returns how many. */
  #nameDamages(places: number): number {
    const damages = this.#damages;
    this.#damages = [];
    for (const [index, damage] of damages.entries()) {
      const sequence = this.#nextSequence + index;
      this.#findings.push(index < places ? { ...damage, sequences: [sequence, sequence] } : damage);
    }
    return Math.min(damages.length, places);
  }

  #checkLink(seen: Seen): void {
    const { sequence, previousHash } = seen.header;
    const before = sequence === 1 ? this.#origin.chainStart : this.#seen.get(sequence - 1)?.hash;
    if (before !== undefined && !areBytesEqual(before, previousHash)) {
      this.#find(seen, 'hash-mismatch', 'does not follow the segment before it');
    }
  }

  /** What no agent of ours seals, signed or not: times and files that go back, an epoch of other times. */
  #checkCourse(seen: Seen): void {
    const { sequence, epoch, fileNumber, t0Ms, t1Ms } = seen.header;
    const before = this.#seen.get(sequence - 1)?.header;
    if (epochAt(t0Ms) !== epoch || epochAt(t1Ms) !== epoch) {
      this.#find(seen, 'segment-inconsistent', 'its times lie outside its epoch');
    }
    if (before !== undefined && t0Ms < before.t1Ms) {
      this.#find(seen, 'segment-inconsistent', 'begins before the segment before it ends');
    }
    const fileStep = fileNumber - (before?.fileNumber ?? (sequence === 1 ? 1 : fileNumber));
    if (fileStep < 0 || fileStep > 1) this.#find(seen, 'segment-inconsistent', 'its file does not follow');
  }

  #find(seen: Seen, reason: FindingReason, detail: string): void {
    const { sequence } = seen.header;
    this.#findings.push({
      file: seen.file,
      reason,
      detail,
      sequences: [sequence, sequence],
      byteRange: seen.byteRange,
    });
  }
}
