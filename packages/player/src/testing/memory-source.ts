import type { RecordingState } from '@afterimage/contracts';
import { type EpochKey, type SealedSegment, verifySegment } from '@afterimage/recording';
import { PlaybackFailure, type RecordingSource, type TimelineSegment } from '../source/recording-source.ts';
import { durationOf } from '../timeline/timeline.ts';
import type { MadeRecording } from './made-recording.ts';

/** A made recording as a source whose faults a test chooses. */
export class MemorySource implements RecordingSource {
  readonly #recording: MadeRecording;
  readonly #listed: SealedSegment[] = [];
  #timeline: TimelineSegment[] = [];
  #around: readonly SealedSegment[] | undefined;
  /** Positions (exclusive end) that are known before the rest is. */
  around: [from: number, to: number] | undefined;
  /** Awaited by every refresh of the whole. */
  refreshGate: Promise<void> = Promise.resolve();
  readonly missing = new Set<number>();
  /** Sequences of segments of which a byte is flipped. */
  readonly damaged = new Set<number>();
  state: RecordingState = 'complete';
  /** How many segments have arrived by now. */
  arrived = Number.POSITIVE_INFINITY;
  failure: PlaybackFailure | undefined;
  /** Awaited by every read. */
  gate: Promise<void> = Promise.resolve();
  readonly reads: { from: number; to: number; signal: AbortSignal }[] = [];
  readonly releasedEpochs: number[] = [];
  /** Thrown by every confirmation. */
  withdrawal: PlaybackFailure | undefined;
  /** Awaited by every confirmation. */
  confirmationGate: Promise<void> = Promise.resolve();
  confirmations = 0;
  refreshCount = 0;
  lateArrivals = 0;
  /** How old the newest segment is that has arrived; undefined where no clock is known. */
  ageOfEndMs: number | undefined;

  constructor(recording: MadeRecording) {
    this.#recording = recording;
  }

  get segments(): readonly TimelineSegment[] {
    return this.#timeline;
  }

  get isWhole(): boolean {
    return this.#around === undefined;
  }

  get durationMs(): number {
    return this.isWhole ? durationOf(this.#timeline) : (this.#recording.segments.at(-1)?.header.t1Ms ?? 0);
  }

  /** Knows `around` alone at first, where a test names a part of the recording. */
  async refreshAround(): Promise<RecordingState> {
    if (this.around === undefined) return this.refresh();
    if (this.failure !== undefined) throw this.failure;
    this.#around = this.#recording.segments.slice(...this.around);
    this.#list(this.#around);
    return this.state;
  }

  async refresh(): Promise<RecordingState> {
    this.refreshCount += 1;
    await this.refreshGate;
    if (this.failure !== undefined) throw this.failure;
    this.#around = undefined;
    const stored = this.#recording.segments.slice(0, this.arrived);
    const last = this.#listed.at(-1)?.header.sequence ?? 0;
    const present = stored.filter(({ header }) => !this.missing.has(header.sequence));
    const known = new Set(this.#listed);
    if (present.some((segment) => segment.header.sequence < last && !known.has(segment))) this.lateArrivals += 1;
    this.#list(present);
    return this.state;
  }

  #list(segments: readonly SealedSegment[]): void {
    this.#listed.splice(0, this.#listed.length, ...segments);
    this.#timeline = this.#listed.map(timelineSegment);
  }

  async read(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    this.reads.push({ from, to, signal });
    const wanted = this.#listed.slice(from, to);
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return Promise.all(wanted.map((segment) => this.#bytesOf(segment)));
  }

  ageMs(timeMs: number): number | undefined {
    return this.ageOfEndMs === undefined ? undefined : this.ageOfEndMs + (this.#timeline.at(-1)?.endMs ?? 0) - timeMs;
  }

  async epochKey(epoch: number): Promise<EpochKey> {
    this.releasedEpochs.push(epoch);
    return this.#recording.epochKey(epoch);
  }

  async confirm(): Promise<void> {
    this.confirmations += 1;
    await this.confirmationGate;
    if (this.withdrawal !== undefined) throw this.withdrawal;
  }

  forgetKeys(): void {
    this.releasedEpochs.length = 0;
  }

  async #bytesOf({ header, bytes }: SealedSegment): Promise<Uint8Array> {
    const { sequence } = header;
    if (!this.damaged.has(sequence)) return bytes;
    const flipped = bytes.slice();
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
    try {
      await verifySegment(flipped, { publicKey: this.#recording.devicePublicKey });
    } catch (cause) {
      throw new PlaybackFailure('damaged', { sequence, cause });
    }
    return flipped;
  }
}

export function timelineSegment({ header, bytes }: SealedSegment): TimelineSegment {
  const { sequence, epoch, t0Ms, t1Ms, flags } = header;
  return {
    sequence,
    epoch,
    startMs: t0Ms,
    endMs: t1Ms,
    hasKeyBegin: flags.isKeyBegin,
    isFinal: flags.isFinal,
    sizeBytes: bytes.length,
  };
}
