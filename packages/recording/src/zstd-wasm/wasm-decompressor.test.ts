import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createBrowserZstd } from '../zstd-browser/index.ts';
import { createNodeZstd } from '../zstd-node/index.ts';

const node = createNodeZstd();
const unlimited = 1 << 24;

function text(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * at) % 251);
}

describe.each([
  ['Node', async () => node],
  ['the browser', createBrowserZstd],
])('Zstandard of %s', (_name, create) => {
  test('gives back at every flush all that was written before it', async () => {
    const { decompressor } = await create();
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pieces, async (written) => {
        const compressor = node.compressor(3, 19);
        const reader = decompressor(19);
        for (const piece of written) {
          compressor.write(piece);
          expect(Buffer.compare(reader.push(await compressor.flush(), unlimited), piece)).toBe(0);
        }
        compressor.close();
        reader.close();
      }),
      { numRuns: 40 },
    );
  });

  test('gives back pieces larger than its buffers', async () => {
    const { decompressor } = await create();
    const compressor = node.compressor(1, 22);
    const reader = decompressor(22);
    const noise = text(700_000).map((byte, at) => byte ^ (Math.imul(at, 0x9e3779b1) >>> 24));
    for (const piece of [new Uint8Array(1_000_000), noise]) {
      compressor.write(piece);
      expect(Buffer.compare(reader.push(await compressor.flush(), piece.length), piece)).toBe(0);
    }
    compressor.close();
    reader.close();
  });

  test('stops at the bound of the output', async () => {
    const { decompressor } = await create();
    const compressor = node.compressor(3, 22);
    compressor.write(new Uint8Array(10_000_000));
    const bomb = await compressor.flush();
    compressor.close();
    expect(() => decompressor(22).push(bomb, 9_999_999)).toThrow('more than 9999999 bytes');
  });

  test('refuses windows larger than allowed, other frames, and anything after an error', async () => {
    const { decompressor } = await create();
    const compressor = node.compressor(3, 22);
    compressor.write(text(100));
    const packed = await compressor.flush();
    compressor.close();
    expect(() => decompressor(21).push(packed, unlimited)).toThrow('window');
    const reader = decompressor(22);
    expect(() => reader.push(text(100), unlimited)).toThrow('not a Zstandard stream');
    const damaged = packed.slice();
    damaged.fill(0xff, 6);
    expect(() => reader.push(damaged, unlimited)).toThrow('Zstandard error');
    expect(() => reader.push(packed, unlimited)).toThrow('end of the stream');
  });
});
