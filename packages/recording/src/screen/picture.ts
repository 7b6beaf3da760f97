/** Pixels are RGBA in memory order, so 0xAABBGGRR as little-endian numbers; alpha is always 255. Row after row, no padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** In pixels; x to the right, y down, from the top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Order of the bytes in memory of a captured pixel. The fourth byte is ignored. X servers and Windows give `bgrx`. */
export type PixelOrder = 'rgbx' | 'bgrx';

export const maxPictureSide = 16_384;
export const maxPicturePixels = 64 * 1024 * 1024;
export const opaque = 0xff000000;

/** The three colour bytes of a pixel read from an array; the fourth byte of captured pixels may hold anything. */
export function colourOf(pixel = 0): number {
  return pixel & 0xffffff;
}

export function differs(first = 0, second = 0): boolean {
  return ((first ^ second) & 0xffffff) !== 0;
}

/** Exchanges red and blue. */
export function swapRedAndBlue(colour: number): number {
  return (colour & 0xff00) | ((colour >>> 16) & 0xff) | ((colour & 0xff) << 16);
}

export function isPictureSize(width: number, height: number): boolean {
  return isSide(width) && isSide(height) && width * height <= maxPicturePixels;
}

function isSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= maxPictureSide;
}

/** The smallest rectangle around all; 0 x 0 at the origin for none. */
export function boundingBox(rectangles: Iterable<Rectangle>): Rectangle {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = 0;
  let bottom = 0;
  for (const { x, y, width, height } of rectangles) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  if (right === 0) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The part of a rectangle that lies inside a picture, or undefined when none does. */
export function clip(rectangle: Rectangle, width: number, height: number): Rectangle | undefined {
  const x = Math.max(0, Math.floor(rectangle.x));
  const y = Math.max(0, Math.floor(rectangle.y));
  const right = Math.min(width, Math.ceil(rectangle.x + rectangle.width));
  const bottom = Math.min(height, Math.ceil(rectangle.y + rectangle.height));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/** Copies a rectangle between two buffers of the same row length. */
export function copyRectangle(from: Uint32Array, to: Uint32Array, rowLength: number, rectangle: Rectangle): void {
  const { x, y, width, height } = rectangle;
  for (let row = 0, at = y * rowLength + x; row < height; row++, at += rowLength) {
    to.set(from.subarray(at, at + width), at);
  }
}
