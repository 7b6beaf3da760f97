import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ByteRange } from '../stores/objects.ts';
import { readAhead } from './read-ahead.ts';

const mib = 1024 * 1024;
const rangeOf = (offset: number, sizeBytes: number): ByteRange => ({
  location: { store: 'landing', objectKey: 'chunks/x' },
  offset,
  sizeBytes,
});

async function* listOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Reads that end in an order of their own; each gives its range's number, in one piece or two. */
class ShuffledReads {
  readonly #turns: readonly number[];
  underWay = 0;
  mostUnderWay = 0;

  constructor(turns: readonly number[]) {
    this.#turns = turns;
  }

  async *read({ offset }: ByteRange): AsyncGenerator<Uint8Array> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    for (let turn = 0; turn < (this.#turns[offset] ?? 0); turn++) await Promise.resolve();
    if (offset % 2 === 0) yield Uint8Array.of(offset);
    this.underWay -= 1;
    yield Uint8Array.of(offset);
  }
}

describe('readAhead', () => {
  const sizes = fc.array(fc.constantFrom(1, 500_000, mib, 3 * mib), { maxLength: 60 });
  const turns = fc.array(fc.nat(40), { minLength: 60, maxLength: 60 });

  test('gives the bytes in the order of the ranges, whichever read ends first, sixteen at once and no more', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, turns, async (given, speed) => {
        const reads = new ShuffledReads(speed);
        const ranges = given.map((sizeBytes, index) => rangeOf(index, sizeBytes));
        const got: number[] = [];
        for await (const piece of readAhead(listOf(ranges), (range) => reads.read(range))) got.push(...piece);
        expect(got).toEqual(given.flatMap((_, index) => (index % 2 === 0 ? [index, index] : [index])));
        expect(reads.mostUnderWay).toBeLessThanOrEqual(16);
      }),
    );
  });

  test('reads small ranges side by side', async () => {
    const reads = new ShuffledReads(Array.from({ length: 40 }, () => 1000));
    const ranges = Array.from({ length: 40 }, (_, index) => rangeOf(index, 1000));
    for await (const _piece of readAhead(listOf(ranges), (range) => reads.read(range)))
      expect(reads.underWay).toBeLessThan(17);
    expect(reads.mostUnderWay).toBe(16);
  });

  test('a read that fails fails where its bytes are due', async () => {
    const read = async function* ({ offset }: ByteRange) {
      if (offset === 2) throw new Error('gone');
      yield Uint8Array.of(offset);
    };
    const got: number[] = [];
    const all = async () => {
      for await (const piece of readAhead(listOf([0, 1, 2, 3].map((at) => rangeOf(at, 10))), read)) got.push(...piece);
    };
    await expect(all()).rejects.toThrow('gone');
    expect(got).toEqual([0, 1]);
  });
});
