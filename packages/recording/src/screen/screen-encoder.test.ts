import { describe, expect, test } from '@jest/globals';
import { createNodeZstd } from '../zstd-node/index.ts';
import { ScreenDecoder, ScreenEncoder, type ScreenEncoderOptions, type ZstdStreams } from './index.ts';
import { SmallScreen } from './testing/small-screens.ts';

const zstd = createNodeZstd();
const [width, height] = [200, 160];
const everywhere = { x: 0, y: 0, width, height };

function encoderWith(options: Partial<ScreenEncoderOptions> = {}): ScreenEncoder {
  return new ScreenEncoder({ width, height, zstd, ...options });
}

describe('screen encoder', () => {
  test('gives nothing for a picture that did not change', async () => {
    const encoder = encoderWith();
    const { pixels } = new SmallScreen(width, height);
    expect((await encoder.encode(pixels))?.isKeyImage).toBe(true);
    expect(await encoder.encode(pixels)).toBeUndefined();
    expect(await encoder.encode(pixels.map((pixel) => pixel | 0x55000000))).toBeUndefined();
    encoder.close();
  });

  test('begins with a key image even when the screen is black', async () => {
    const encoder = encoderWith();
    const packet = await encoder.encode(new Uint32Array(width * height));
    const decoded = new ScreenDecoder({ zstd }).decode(packet?.bytes ?? new Uint8Array());
    expect(decoded.picture.pixels.every((pixel) => pixel === 0xff000000)).toBe(true);
    encoder.close();
  });

  test('makes the next changed picture a key image when a new group starts', async () => {
    const encoder = encoderWith();
    const screen = new SmallScreen(width, height);
    await encoder.encode(screen.pixels);
    encoder.startNewGroup();
    expect(await encoder.encode(screen.pixels)).toBeUndefined();
    screen.apply({ kind: 'fill', area: everywhere, colour: 1 });
    expect((await encoder.encode(screen.pixels))?.isKeyImage).toBe(true);
    encoder.close();
  });

  test('makes a key image of an unchanged picture only when forced', async () => {
    const encoder = encoderWith();
    const { pixels } = new SmallScreen(width, height);
    await encoder.encode(pixels);
    expect((await encoder.encode(pixels, { forceKeyImage: true }))?.isKeyImage).toBe(true);
    encoder.close();
  });

  test('makes a key image after so much activity, but only of a change', async () => {
    const encoder = encoderWith({ keyImage: { maxActiveMs: 1000 } });
    const screen = new SmallScreen(width, height);
    await encoder.encode(screen.pixels, { elapsedActiveMs: 500 });
    screen.apply({ kind: 'noise', area: everywhere, seed: 1 });
    expect((await encoder.encode(screen.pixels, { elapsedActiveMs: 1499 }))?.isKeyImage).toBe(false);
    expect(await encoder.encode(screen.pixels, { elapsedActiveMs: 1500 })).toBeUndefined();
    screen.apply({ kind: 'fill', area: everywhere, colour: 2 });
    expect((await encoder.encode(screen.pixels, { elapsedActiveMs: 1600 }))?.isKeyImage).toBe(true);
    encoder.close();
  });

  test('makes no key image while the updates since the last one weigh less than eight of it', async () => {
    const encoder = encoderWith({ keyImage: { maxActiveMs: 1000 } });
    const screen = new SmallScreen(width, height);
    screen.apply({ kind: 'noise', area: everywhere, seed: 1 });
    await encoder.encode(screen.pixels);
    for (let elapsedActiveMs = 1_000; elapsedActiveMs < 20_000; elapsedActiveMs += 1_000) {
      screen.apply({ kind: 'fill', area: { x: 0, y: 0, width: 8, height: 8 }, colour: elapsedActiveMs });
      expect((await encoder.encode(screen.pixels, { elapsedActiveMs }))?.isKeyImage).toBe(false);
    }
    encoder.close();
  });

  test('makes a key image once the updates weigh more than eight key images of at least 128 KiB', async () => {
    const encoder = encoderWith();
    const screen = new SmallScreen(width, height);
    const sizes: number[] = [];
    for (let frame = 0; frame < 14; frame++) {
      screen.apply({ kind: 'noise', area: everywhere, seed: frame + 1 });
      const packet = await encoder.encode(screen.pixels);
      if (packet?.isKeyImage) sizes.push(frame);
    }
    expect(sizes).toEqual([0, 12]);
    encoder.close();
  });

  test('makes a key image once decoding from the last one costs more than the bound', async () => {
    const maxDecodeMs = 0.5;
    const encoder = encoderWith({ keyImage: { maxDecodeMs } });
    const screen = new SmallScreen(width, height);
    let sinceKeyImageMs = 0;
    let keyImages = 0;
    for (let frame = 0; frame < 20; frame++) {
      screen.apply({ kind: 'text', area: everywhere, seed: frame * 1000 + 17 });
      const packet = await encoder.encode(screen.pixels);
      expect(packet?.isKeyImage).toBe(frame === 0 || sinceKeyImageMs > maxDecodeMs);
      if (packet?.isKeyImage) keyImages++;
      sinceKeyImageMs = packet?.isKeyImage ? 0 : sinceKeyImageMs + (packet?.decodeMs ?? 0);
    }
    expect(keyImages).toBeGreaterThan(2);
    encoder.close();
  });

  test('finishes the packet under way when it is closed or a new group starts', async () => {
    const encoder = encoderWith();
    const screen = new SmallScreen(width, height);
    const first = encoder.encode(screen.pixels);
    encoder.startNewGroup();
    expect((await first)?.isKeyImage).toBe(true);
    screen.apply({ kind: 'fill', area: everywhere, colour: 1 });
    const second = encoder.encode(screen.pixels);
    encoder.close();
    expect((await second)?.isKeyImage).toBe(true);
  });

  test('says the size of the picture and where it changed', async () => {
    const encoder = encoderWith();
    const screen = new SmallScreen(width, height);
    await encoder.encode(screen.pixels);
    const area = { x: 20, y: 30, width: 9, height: 4 };
    screen.apply({ kind: 'fill', area, colour: 0xff });
    expect(await encoder.encode(screen.pixels)).toMatchObject({ width, height, changed: area, isKeyImage: false });
    encoder.close();
  });

  test('refuses overlapping calls, short buffers and sizes outside the limits', async () => {
    const encoder = encoderWith();
    const { pixels } = new SmallScreen(width, height);
    const first = encoder.encode(pixels);
    await expect(encoder.encode(pixels)).rejects.toThrow('before the last call');
    await first;
    await expect(encoder.encode(pixels.subarray(1))).rejects.toThrow(RangeError);
    expect(() => encoder.resize(16_385, 10)).toThrow(RangeError);
    encoder.close();
  });

  test('begins a new group after the compression failed', async () => {
    let isBroken = false;
    const failing: ZstdStreams = {
      ...zstd,
      compressor: (level, windowLog) => {
        const real = zstd.compressor(level, windowLog);
        const flush = () => (isBroken ? Promise.reject(new Error('no memory')) : real.flush());
        return { write: (bytes) => real.write(bytes), flush, close: () => real.close() };
      },
    };
    const encoder = encoderWith({ zstd: failing });
    const screen = new SmallScreen(width, height);
    await encoder.encode(screen.pixels);
    screen.apply({ kind: 'fill', area: everywhere, colour: 1 });
    isBroken = true;
    await expect(encoder.encode(screen.pixels)).rejects.toThrow('no memory');
    isBroken = false;
    const packet = await encoder.encode(screen.pixels);
    expect(packet?.isKeyImage).toBe(true);
    const { picture } = new ScreenDecoder({ zstd }).decode(packet?.bytes ?? new Uint8Array());
    expect(picture.pixels[0]).toBe(0xff000001);
    encoder.close();
  });
});
