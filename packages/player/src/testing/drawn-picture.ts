import type { Picture } from '@afterimage/recording';

export type DrawnPicture = Picture;

const opaque = 0xff000000;

export function emptyPicture({ width, height }: { width: number; height: number }): DrawnPicture {
  return { width, height, pixels: new Uint32Array(width * height).fill(opaque) };
}

/** The picture scrolled up by two rows, with noise below and a plain rectangle somewhere: what follows from the number. */
export function drawChange({ width, height, pixels }: DrawnPicture, number: number): DrawnPicture {
  const drawn = new Uint32Array(width * height);
  drawn.set(pixels.subarray(2 * width));
  let state = number;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
  for (let i = width * (height - 2); i < drawn.length; i++) drawn[i] = (next() | opaque) >>> 0;
  const colour = (next() | opaque) >>> 0;
  const [left, top] = [next() % (width - 8), next() % (height - 8)];
  for (let y = top; y < top + 8; y++) drawn.fill(colour, y * width + left, y * width + left + 8);
  return { width, height, pixels: drawn };
}
