import { crc32, inflateSync } from 'node:zlib';
import { PngError } from './png-error.ts';
import { RowUnfilter } from './png-rows.ts';

export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  /** RGBA in memory order; alpha is 255 throughout. */
  readonly pixels: Uint32Array<ArrayBuffer>;
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
  const pixels = reuse?.pixels.length === width * height ? reuse.pixels : new Uint32Array(width * height);
  const unfilter = new RowUnfilter(width, channels);
  for (let row = 0; row < height; row++) {
    const isSameAsAbove = unfilter.next(rows, row * stride);
    if (isSameAsAbove && row > 0) pixels.copyWithin(row * width, (row - 1) * width, row * width);
    else unfilter.spread(pixels, row * width);
  }
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
