import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { RecordingId } from '@afterimage/contracts';

/**
 * What happened to one agent, in order, told by those who saw it. Real times are milliseconds since 1970 by the clock of
 * the machine, whatever clock the agent believes in.
 */
export type TruthEntry =
  /** A picture is about to be given to the agent. */
  | { kind: 'offered'; number: number; isFlood: boolean; atMs: number }
  /** The agent has taken it: it is in the journal. */
  | { kind: 'kept'; number: number; recordingId: RecordingId; atMs: number }
  /** The bytes of a segment leave the host. */
  | { kind: 'sent'; recordingId: RecordingId; sequence: number; sha256: string }
  /** The service has said that it has these sequences, inclusive. */
  | { kind: 'acknowledged'; recordingId: RecordingId; ranges: [number, number][]; rejected: number; atMs: number }
  /** The agent's process was killed, or ended by itself with a failure. */
  | { kind: 'died'; why: 'killed' | 'failed'; atMs: number }
  | { kind: 'ended'; recordingId: RecordingId | undefined; reason: string; isStored: boolean; atMs: number };

/** Appends durably: what it holds has happened, whatever dies next. */
export class TruthLog {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  note(...entries: readonly TruthEntry[]): void {
    if (entries.length === 0) return;
    writeSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A line that a killed process left half written says nothing. */
export function readTruth(path: string): TruthEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as TruthEntry] : []));
}
