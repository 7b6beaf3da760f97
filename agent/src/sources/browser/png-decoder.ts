import { crc32, inflateSync } from 'node:zlib';

export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  /** RGBA in memory order; alpha is 255 throughout. */
  readonly pixels: Uint32Array<ArrayBuffer>;
}

export class PngError extends Error {
  constructor(reason: string) {
    super(`PNG ${reason}`);
    this.name = 'PngError';
  }
}

interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** 3 for RGB, 4 for RGBA. */
  readonly channels: 3 | 4;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The least that zlib accepts. */
const minChunkBytes = 64;
const maxSidePixels = 16_384;
const maxPixels = 64 * 1024 * 1024;

/**
 * Decodes what browsers write: 8 bits a channel, RGB or RGBA, not interlaced. Source: W3C PNG, third edition.
 * Inflating is native; the row filters are undone here, which is several times cheaper than a general PNG library.
 *
 * @param reuse an earlier result whose pixels may be overwritten: megabytes a picture are a burden on the collector
 * @throws PngError for anything else
 */
export function decodePng(png: Buffer, reuse?: DecodedPng): DecodedPng {
  const { header, compressed } = readChunks(png);
  const { width, height, channels } = header;
  const stride = width * channels + 1;
  const rows = inflate(compressed, stride * height);
  if (rows.length !== stride * height) throw new PngError('pixel data has the wrong length');
  unfilter(rows, height, stride, channels);
  const pixels = reuse?.pixels.length === width * height ? reuse.pixels : new Uint32Array(width * height);
  const spread = channels === 4 ? spreadRgba : spreadRgb;
  for (let row = 0; row < height; row++) spread(rows, row * stride + 1, pixels, row * width, width);
  return { width, height, pixels };
}

function readChunks(png: Buffer): { header: PngHeader; compressed: Buffer } {
  if (png.length < 8 || !png.subarray(0, 8).equals(signature)) throw new PngError('signature is missing');
  let header: PngHeader | undefined;
  const parts: Buffer[] = [];
  for (let offset = 8; offset + 12 <= png.length; ) {
    const length = png.readUInt32BE(offset);
    const end = offset + 12 + length;
    if (end > png.length) throw new PngError('ends early');
    const type = png.toString('latin1', offset + 4, offset + 8);
    const data = png.subarray(offset + 8, offset + 8 + length);
    if (crc32(png.subarray(offset + 4, offset + 8 + length)) !== png.readUInt32BE(end - 4)) {
      throw new PngError('checksum differs');
    }
    if (type === 'IHDR') header = readHeader(data);
    if (type === 'IDAT') parts.push(data);
    if (type === 'IEND') break;
    offset = end;
  }
  if (!header || parts.length === 0) throw new PngError('has no pixels');
  return { header, compressed: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) };
}

function readHeader(data: Buffer): PngHeader {
  if (data.length !== 13) throw new PngError('header has the wrong length');
  const width = data.readUInt32BE(0);
  const height = data.readUInt32BE(4);
  const colourType = data[9];
  if (width < 1 || height < 1 || width > maxSidePixels || height > maxSidePixels || width * height > maxPixels) {
    throw new PngError('size is out of bounds');
  }
  if (data[8] !== 8 || data[12] !== 0 || (colourType !== 2 && colourType !== 6)) {
    throw new PngError('is not 8-bit RGB or RGBA without interlace');
  }
  return { width, height, channels: colourType === 6 ? 4 : 3 };
}

function inflate(compressed: Buffer, maxOutputLength: number): Buffer {
  try {
    return inflateSync(compressed, { maxOutputLength, chunkSize: Math.max(maxOutputLength, minChunkBytes) });
  } catch (cause) {
    throw new PngError(`pixel data does not inflate: ${cause instanceof Error ? cause.message : 'unknown'}`);
  }
}

/** In place: each row is its filter's number, then its bytes. */
function unfilter(rows: Uint8Array, height: number, stride: number, step: number): void {
  for (let row = 0; row < height; row++) {
    const from = row * stride + 1;
    const filter = rows[from - 1];
    if (filter === 0) continue;
    if (filter === 1) undoSub(rows, from, stride, step);
    else if (filter === 2) undoUp(rows, from, stride);
    else if (filter === 3) undoAverage(rows, from, stride, step);
    else if (filter === 4) undoPaeth(rows, from, stride, step);
    else throw new PngError('has an unknown row filter');
  }
}

function undoSub(rows: Uint8Array, from: number, stride: number, step: number): void {
  const end = from + stride - 1;
  for (let i = from + step; i < end; i++) rows[i] = (rows[i] ?? 0) + (rows[i - step] ?? 0);
}

function undoUp(rows: Uint8Array, from: number, stride: number): void {
  if (from === 1) return;
  const end = from + stride - 1;
  for (let i = from; i < end; i++) rows[i] = (rows[i] ?? 0) + (rows[i - stride] ?? 0);
}

function undoAverage(rows: Uint8Array, from: number, stride: number, step: number): void {
  const end = from + stride - 1;
  for (let i = from; i < end; i++) {
    const left = i - from >= step ? (rows[i - step] ?? 0) : 0;
    const up = from > 1 ? (rows[i - stride] ?? 0) : 0;
    rows[i] = (rows[i] ?? 0) + ((left + up) >> 1);
  }
}

function undoPaeth(rows: Uint8Array, from: number, stride: number, step: number): void {
  const end = from + stride - 1;
  for (let i = from; i < end; i++) {
    const hasLeft = i - from >= step;
    const left = hasLeft ? (rows[i - step] ?? 0) : 0;
    const up = from > 1 ? (rows[i - stride] ?? 0) : 0;
    const upLeft = hasLeft && from > 1 ? (rows[i - stride - step] ?? 0) : 0;
    const toLeft = Math.abs(up - upLeft);
    const toUp = Math.abs(left - upLeft);
    const toUpLeft = Math.abs(left + up - 2 * upLeft);
    const nearest = toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    rows[i] = (rows[i] ?? 0) + nearest;
  }
}

function spreadRgba(rows: Uint8Array, from: number, pixels: Uint32Array, to: number, width: number): void {
  for (let i = to, at = from; i < to + width; i++, at += 4) {
    pixels[i] = 0xff000000 | ((rows[at + 2] ?? 0) << 16) | ((rows[at + 1] ?? 0) << 8) | (rows[at] ?? 0);
  }
}

function spreadRgb(rows: Uint8Array, from: number, pixels: Uint32Array, to: number, width: number): void {
  for (let i = to, at = from; i < to + width; i++, at += 3) {
    pixels[i] = 0xff000000 | ((rows[at + 2] ?? 0) << 16) | ((rows[at + 1] ?? 0) << 8) | (rows[at] ?? 0);
  }
}
