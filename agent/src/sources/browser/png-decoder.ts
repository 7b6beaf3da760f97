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
const maxSidePixels = 16_384;
const maxPixels = 64 * 1024 * 1024;

/**
 * Decodes what browsers write: 8 bits a channel, RGB or RGBA, not interlaced. Source: W3C PNG, third edition.
 * Inflating is native; the row filters are undone here, which is several times cheaper than a general PNG library.
 *
 * @throws PngError for anything else
 */
export function decodePng(png: Buffer): DecodedPng {
  const { header, compressed } = readChunks(png);
  const { width, height, channels } = header;
  const rowBytes = width * channels;
  const filtered = inflate(compressed, (rowBytes + 1) * height);
  if (filtered.length !== (rowBytes + 1) * height) throw new PngError('pixel data has the wrong length');
  const rows = unfilter(filtered, height, rowBytes, channels);
  return { width, height, pixels: channels === 4 ? opaqueRgba(rows) : rgbaFromRgb(rows, width * height) };
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
    return inflateSync(compressed, { maxOutputLength });
  } catch (cause) {
    throw new PngError(`pixel data does not inflate: ${cause instanceof Error ? cause.message : 'unknown'}`);
  }
}

function unfilter(filtered: Buffer, height: number, rowBytes: number, step: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const from = row * (rowBytes + 1);
    const to = row * rowBytes;
    const filter = filtered[from];
    rows.set(filtered.subarray(from + 1, from + 1 + rowBytes), to);
    if (filter === 0) continue;
    if (filter === 1) undoSub(rows, to, rowBytes, step);
    else if (filter === 2) undoUp(rows, to, rowBytes);
    else if (filter === 3) undoAverage(rows, to, rowBytes, step);
    else if (filter === 4) undoPaeth(rows, to, rowBytes, step);
    else throw new PngError('has an unknown row filter');
  }
  return rows;
}

function undoSub(rows: Uint8Array, to: number, rowBytes: number, step: number): void {
  for (let i = to + step; i < to + rowBytes; i++) rows[i] = (rows[i] ?? 0) + (rows[i - step] ?? 0);
}

function undoUp(rows: Uint8Array, to: number, rowBytes: number): void {
  if (to === 0) return;
  for (let i = to; i < to + rowBytes; i++) rows[i] = (rows[i] ?? 0) + (rows[i - rowBytes] ?? 0);
}

function undoAverage(rows: Uint8Array, to: number, rowBytes: number, step: number): void {
  for (let i = to; i < to + rowBytes; i++) {
    const left = i - to >= step ? (rows[i - step] ?? 0) : 0;
    const up = to > 0 ? (rows[i - rowBytes] ?? 0) : 0;
    rows[i] = (rows[i] ?? 0) + ((left + up) >> 1);
  }
}

function undoPaeth(rows: Uint8Array, to: number, rowBytes: number, step: number): void {
  for (let i = to; i < to + rowBytes; i++) {
    const hasLeft = i - to >= step;
    const left = hasLeft ? (rows[i - step] ?? 0) : 0;
    const up = to > 0 ? (rows[i - rowBytes] ?? 0) : 0;
    const upLeft = hasLeft && to > 0 ? (rows[i - rowBytes - step] ?? 0) : 0;
    const toLeft = Math.abs(up - upLeft);
    const toUp = Math.abs(left - upLeft);
    const toUpLeft = Math.abs(left + up - 2 * upLeft);
    const nearest = toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    rows[i] = (rows[i] ?? 0) + nearest;
  }
}

function opaqueRgba(rows: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(rows.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i] ?? 0) | 0xff000000;
  return pixels;
}

function rgbaFromRgb(rows: Uint8Array, count: number): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += 3) {
    pixels[i] = 0xff000000 | ((rows[at + 2] ?? 0) << 16) | ((rows[at + 1] ?? 0) << 8) | (rows[at] ?? 0);
  }
  return pixels;
}
