import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordingId } from '@afterimage/contracts';
import { PNG } from 'pngjs';
import { runForJson } from './command-line.ts';
import { people, type Stack } from './stack.ts';

/** The picture that the operators' program shows for a time, RGBA in memory order. */
export async function frameAt(stack: Stack, recordingId: RecordingId, timeMs: number): Promise<Uint32Array> {
  const file = join(stack.scratch, `${recordingId}-${timeMs}.png`);
  const at = `${(timeMs / 1000).toFixed(3)}s`;
  await runForJson(stack, people.reviewer, 'recordings', 'frame', recordingId, '--at', at, '--out', file);
  const { data } = PNG.sync.read(readFileSync(file));
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4).slice();
}

/** Pixels that differ; all of them where the sizes do. Comparing so says more, and sooner, than a dump of both. */
export function countDifferences(a: Uint32Array, b: Uint32Array): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** How many pixels differ, picture by picture: all zero where both are the same. */
export function differencesOf(actual: readonly Uint32Array[], expected: readonly Uint32Array[]): number[] {
  const none = new Uint32Array();
  const count = Math.max(actual.length, expected.length);
  return Array.from({ length: count }, (_, i) => countDifferences(actual[i] ?? none, expected[i] ?? none));
}
