import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFile, replaceFile } from '../files/durable-file.ts';
import type { Clock } from '../time/clock.ts';
import type { SpoolBudget } from './spool-budget.ts';

/** `waiting` → `sending` → `sent` (uploaded, not yet known to be stored) → freed. */
export interface SpooledSegment {
  readonly sequence: number;
  readonly sizeBytes: number;
  /**
   * When this process sealed or found it, on the agent's monotonic clock. The message life counts from here: a wall
   * clock that was set while the agent was down would make new segments look hours old.
   */
  readonly heldSinceMs: number;
  state: 'waiting' | 'sending' | 'sent';
  /** Since when it is in this state, on the agent's monotonic clock. */
  stateSinceMs: number;
}

/** A run of neighbouring segments, uploaded as one object. */
export interface SegmentChunk {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly sizeBytes: number;
}

const fileNamePattern = /^(\d{10})\.segment$/;

/** The sealed segments of one recording that the service does not have for certain. */
export class SegmentSpool {
  readonly #directory: string;
  readonly #budget: SpoolBudget;
  readonly #clock: Clock;
  readonly #segments = new Map<number, SpooledSegment>();

  /** Finds what an earlier process left. */
  static async open(directory: string, budget: SpoolBudget, clock: Clock): Promise<SegmentSpool> {
    const spool = new SegmentSpool(directory, budget, clock);
    for (const name of (await readdir(directory)).sort()) {
      const sequence = Number(fileNamePattern.exec(name)?.[1]);
      if (!Number.isInteger(sequence)) continue;
      const { size } = await stat(join(directory, name));
      spool.#remember(sequence, size);
    }
    return spool;
  }

  private constructor(directory: string, budget: SpoolBudget, clock: Clock) {
    this.#directory = directory;
    this.#budget = budget;
    this.#clock = clock;
  }

  get segments(): readonly SpooledSegment[] {
    return [...this.#segments.values()].sort((a, b) => a.sequence - b.sequence);
  }

  get waitingBytes(): number {
    return this.segments.reduce((sum, segment) => sum + (segment.state === 'waiting' ? segment.sizeBytes : 0), 0);
  }

  get sizeBytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** Durable when it resolves. A segment that is sealed again after a crash has the same bytes and replaces itself. */
  async add(sequence: number, bytes: Uint8Array): Promise<void> {
    await replaceFile(this.#path(sequence), bytes);
    this.#forget(sequence);
    this.#remember(sequence, bytes.length);
  }

  /** Pixels stop until there is room again. */
  noteDiskFull(): void {
    this.#budget.noteDisk(true);
  }

  read(sequence: number): Promise<Buffer<ArrayBuffer>> {
    return readFile(this.#path(sequence)) as Promise<Buffer<ArrayBuffer>>;
  }

  async readChunk(chunk: SegmentChunk): Promise<Buffer<ArrayBuffer>> {
    const parts: Buffer[] = [];
    for (let sequence = chunk.firstSequence; sequence <= chunk.lastSequence; sequence++) {
      parts.push(await this.read(sequence));
    }
    return Buffer.concat(parts);
  }

  mark(firstSequence: number, lastSequence: number, state: SpooledSegment['state']): void {
    const stateSinceMs = this.#clock.monotonicMs();
    for (const segment of this.#segments.values()) {
      const isMeant = segment.sequence >= firstSequence && segment.sequence <= lastSequence;
      if (isMeant) Object.assign(segment, { state, stateSinceMs });
    }
  }

  /** What is still being sent waits again. */
  giveBack(firstSequence: number, lastSequence: number): void {
    for (const { sequence, state } of this.#segments.values()) {
      const isMeant = sequence >= firstSequence && sequence <= lastSequence && state === 'sending';
      if (isMeant) this.mark(sequence, sequence, 'waiting');
    }
  }

  async free(sequences: readonly number[]): Promise<void> {
    for (const sequence of sequences) {
      if (!this.#segments.has(sequence)) continue;
      await removeFile(this.#path(sequence));
      this.#forget(sequence);
    }
  }

  #remember(sequence: number, sizeBytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#segments.set(sequence, { sequence, sizeBytes, heldSinceMs: nowMs, state: 'waiting', stateSinceMs: nowMs });
    this.#budget.take(sizeBytes);
  }

  #forget(sequence: number): void {
    this.#budget.free(this.#segments.get(sequence)?.sizeBytes ?? 0);
    this.#segments.delete(sequence);
  }

  #path(sequence: number): string {
    return join(this.#directory, `${String(sequence).padStart(10, '0')}.segment`);
  }
}

/** Cuts waiting segments into chunks: neighbours only, in sequence, each at most `maxBytes` or a single segment. */
export function planChunks(segments: readonly SpooledSegment[], maxBytes: number, maxChunks: number): SegmentChunk[] {
  const chunks: SegmentChunk[] = [];
  for (const { sequence, sizeBytes, state } of segments) {
    if (state !== 'waiting') continue;
    const last = chunks.at(-1);
    if (last && last.lastSequence + 1 === sequence && last.sizeBytes + sizeBytes <= maxBytes) {
      chunks[chunks.length - 1] = { ...last, lastSequence: sequence, sizeBytes: last.sizeBytes + sizeBytes };
    } else if (chunks.length < maxChunks) {
      chunks.push({ firstSequence: sequence, lastSequence: sequence, sizeBytes });
    } else break;
  }
  return chunks;
}
