import { describe, expect, test } from '@jest/globals';
import { createNodeZstd } from '../zstd-node/index.ts';
import { PlaneChooser } from './plane-chooser.ts';
import { rectangleKind } from './screen-format.ts';

const [width, height] = [320, 256];
const everywhere = { x: 0, y: 0, width, height };
const { measure } = createNodeZstd();

function pictureOf(greenAt: (x: number, y: number) => number): Uint32Array {
  return new Uint32Array(width * height).map((_, at) => (greenAt(at % width, Math.floor(at / width)) & 0xff) << 8);
}

/** Slopes both ways, as the light in a photograph, with a grain of four levels. */
const smooth = pictureOf((x, y) => {
  const grain = Math.imul((x * 7919) ^ (y * 104_729), 0x9e3779b1) >>> 30;
  return 128 + 60 * Math.sin(x / 9) + 60 * Math.cos(y / 7) + grain;
});
/** One row of pixels, begun elsewhere in each: at the left stands what always stands there, above something else. */
const repeating = pictureOf((x, y) => {
  const place = (x + y * y * 61) % 199;
  return Math.imul(place + 1, 0x9e3779b1) >>> 24;
});

describe('what planes are predicted from', () => {
  test('is the median in a smooth picture, and the left in one that repeats', () => {
    const chooser = new PlaneChooser(measure);
    expect(chooser.choose(smooth, width, [everywhere])).toBe(rectangleKind.planesByMedian);
    expect(chooser.choose(repeating, width, [everywhere])).toBe(rectangleKind.planesByLeft);
  });

  test('stays for packets that are too small to try, until a new group begins', () => {
    const chooser = new PlaneChooser(measure);
    chooser.choose(smooth, width, [everywhere]);
    const small = { ...everywhere, height: 16 };
    expect(chooser.choose(repeating, width, [small])).toBe(rectangleKind.planesByMedian);
    chooser.reset();
    expect(chooser.choose(smooth, width, [small])).toBe(rectangleKind.planesByLeft);
  });

  test('is tried again once small packets have added up', () => {
    const chooser = new PlaneChooser(measure);
    const half = { ...everywhere, height: 128 };
    expect(chooser.choose(smooth, width, [half])).toBe(rectangleKind.planesByLeft);
    expect(chooser.choose(smooth, width, [half])).toBe(rectangleKind.planesByMedian);
  });
});
