import { createHash } from 'node:crypto';

export const pictureSize = { width: 192, height: 112 } as const;
/** Large enough to fill a spool in seconds, as it does not compress. */
export const floodSize = { width: 800, height: 500 } as const;

/**
 * What an agent's screen shows as picture `number` of its seed. Neighbours share a background that scrolls and differ
 * in a patch of noise, so that moves, palettes and planes are all at work; no two pictures are the same.
 */
export function drawPicture(seed: number, number: number): Uint32Array<ArrayBuffer> {
  const { width, height } = pictureSize;
  const pixels = new Uint32Array(width * height);
  const scene = seed + Math.floor(number / 40);
  for (let y = 0; y < height; y++) {
    const row = ((y + (number % 40) * 4) >> 3) + scene;
    for (let x = 0; x < width; x++) pixels[y * width + x] = lineColour(row, x >> 2);
  }
  stampNoise(pixels, seed, number);
  return pixels;
}

/** Noise all over: nothing in it can be had cheaper. */
export function drawFlood(seed: number, number: number): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(floodSize.width * floodSize.height);
  fillNoise(pixels, seed ^ Math.imul(number + 1, 0x9e3779b1), 0, pixels.length);
  return pixels;
}

/** Tells pictures apart by content and size. */
export function hashPicture(pixels: Uint32Array): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return createHash('sha256').update(bytes).digest('base64url');
}

function lineColour(row: number, column: number): number {
  const bit = Math.imul(row * 31 + column, 0x85ebca6b) >>> 29;
  return (0xff000000 | (bit < 3 ? 0x202020 : 0xf0f0e0 - (row % 5))) >>> 0;
}

function stampNoise(pixels: Uint32Array, seed: number, number: number): void {
  const { width, height } = pictureSize;
  const side = 24;
  const left = Math.imul(number, 37) % (width - side);
  const top = Math.imul(number, 17) % (height - side);
  const state = seed ^ Math.imul(number + 1, 0x9e3779b1);
  for (let y = 0; y < side; y++) {
    const from = (top + y) * width + left;
    fillNoise(pixels, state + y, from, from + side);
  }
}

function fillNoise(pixels: Uint32Array, seed: number, from: number, to: number): void {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  for (let i = from; i < to; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = (state | 0xff000000) >>> 0;
  }
}
