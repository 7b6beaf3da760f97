import type { RateReducedRecord, ScreenPacket } from '@afterimage/recording';
import type { CapturedFrame } from '../sources/capture-source.ts';
import { type RateChange, RateGovernor } from './rate-governor.ts';

/** Holds a session's frames to its rate, whatever size they come in. */
export class FrameRate {
  readonly #bitsPerSecond: number;
  #governor: RateGovernor | undefined;
  #width = 0;
  #height = 0;
  /** The newest picture while a region is reduced: its last change is recorded even if no frame follows. */
  #newest: CapturedFrame | undefined;

  /** `bitsPerSecond` of 0: whatever it takes. */
  constructor(bitsPerSecond: number) {
    this.#bitsPerSecond = bitsPerSecond;
  }

  /** To be called before a frame is encoded; a new size ends every reduction. */
  fit(timeMs: number, { width, height }: CapturedFrame): RateReducedRecord[] {
    const isFitted = this.#governor !== undefined && width === this.#width && height === this.#height;
    if (isFitted || this.#bitsPerSecond === 0) return [];
    const ended = this.end(timeMs);
    this.#governor = new RateGovernor({ width, height }, this.#bitsPerSecond, timeMs);
    this.#width = width;
    this.#height = height;
    this.#newest = undefined;
    return ended;
  }

  /** Every reduction is over. */
  end(timeMs: number): RateReducedRecord[] {
    const reduced = this.#governor?.reduced ?? [];
    return toRecords(
      timeMs,
      reduced.map((rectangle) => ({ phase: 'end', rectangle })),
    );
  }

  /** Where the encoder is to look for changes. */
  damageToRecord(timeMs: number, frame: CapturedFrame): Pick<CapturedFrame, 'damage'> {
    const damage = this.#governor ? this.#governor.damageToRecord(timeMs, frame.damage) : frame.damage;
    if (this.#governor?.isReducing) this.#keep(frame);
    return damage ? { damage } : {};
  }

  /** To be called after a frame was encoded; `packet` is undefined when nothing changed. */
  noteFrame(timeMs: number, packet: ScreenPacket | undefined): RateReducedRecord[] {
    if (!this.#governor) return [];
    const changes = this.#governor.recover(timeMs);
    if (packet) changes.push(...this.#governor.noteFrame(timeMs, { ...packet, sizeBytes: packet.bytes.length }));
    if (!this.#governor.isReducing) this.#newest = undefined;
    return toRecords(timeMs, changes);
  }

  /** A picture whose reduced regions may be recorded now and were not. */
  dueFrame(nowMs: number): CapturedFrame | undefined {
    return this.#governor?.isDue(nowMs) ? this.#newest : undefined;
  }

  #keep(frame: CapturedFrame): void {
    if (frame === this.#newest) return;
    const kept = this.#newest?.pixels ?? new Uint32Array(frame.width * frame.height);
    kept.set(frame.pixels.subarray(0, kept.length));
    this.#newest = { ...frame, pixels: kept };
  }
}

function toRecords(timeMs: number, changes: readonly RateChange[]): RateReducedRecord[] {
  return changes.map((change) => ({ type: 'rate-reduced', timeMs, ...change }));
}
