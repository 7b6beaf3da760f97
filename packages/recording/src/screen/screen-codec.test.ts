import { describe, expect, test } from '@jest/globals';
import { createNodeZstd } from '../zstd-node/index.ts';
import { ScreenDecoder, ScreenEncoder } from './index.ts';

const zstd = createNodeZstd();

describe('screen codec', () => {
  test('gives back the exact pixels', async () => {
    const [width, height] = [200, 100];
    const encoder = new ScreenEncoder({ width, height, zstd });
    const decoder = new ScreenDecoder({ zstd });
    const pixels = new Uint32Array(width * height);
    for (let frame = 0; frame < 20; frame++) {
      for (let i = 0; i < 500; i++)
        pixels[(frame * 977 + i * 31) % pixels.length] = (0xff000000 | (i * frame * 7919)) >>> 0;
      if (frame === 0) pixels.fill(0xff112233);
      const packet = await encoder.encode(pixels);
      if (packet === undefined) continue;
      expect(decoder.decode(packet.bytes).picture.pixels).toEqual(pixels);
    }
    encoder.close();
  });
});
