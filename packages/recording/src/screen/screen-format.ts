import { maxPicturePixels, maxPictureSide } from './picture.ts';

/** See docs/features/screen-codec.md for the byte diagrams. */
export const formatVersion = 1;

/** Bits of the first byte of a packet; the version is in the upper four. */
export const packetFlag = { keyImage: 1, blueFirst: 2 } as const;

export const rectangleKind = {
  solid: 0,
  paletteRows: 1,
  paletteColumns: 2,
  planesByMedian: 3,
  planesByLeft: 4,
} as const;

/** Kinds of planes differ in what a pixel is predicted from. */
export type PlaneKind = typeof rectangleKind.planesByMedian | typeof rectangleKind.planesByLeft;

/** Columns in which a rectangle of palette indices is walked: they begin at every x with x % width = phase. */
export interface Columns {
  readonly width: number;
  readonly phase: number;
}

export const maxColumnWidth = 64;
/** What `paletteRows` is walked in: one column over the whole picture. */
export const wholeRows: Columns = { width: maxPictureSide, phase: 0 };

/** Palette slots are 0 to 253; 254 is reserved; 255 says: the next new colour. */
export const paletteSlots = 254;
export const newColourIndex = 255;

/** Side in pixels of the cells in which damage is counted. */
export const cellSize = 16;

/** Order of the byte streams in a packet. */
export const streamNames = ['control', 'indices', 'planes', 'colours'] as const;
export type StreamName = (typeof streamNames)[number];

/** Base-2 logarithms of the windows, in bytes. A decoder refuses larger ones. */
export const windowLogs: Readonly<Record<StreamName, number>> = { control: 19, indices: 22, planes: 22, colours: 19 };

const maxSnapshots = 8;
const maxSnapshotPixels = 32 * 1024 * 1024;

/** Snapshot slots of a picture, numbered from 1: eight, fewer when the picture is so large that they would not fit. */
export function snapshotSlots(width: number, height: number): number {
  return Math.min(maxSnapshots, Math.floor(maxSnapshotPixels / (width * height)));
}

/** Copies, and rectangles, in one packet: one per cell. */
export function maxRecords(width: number, height: number): number {
  return Math.ceil(width / cellSize) * Math.ceil(height / cellSize);
}

/** Largest raw size in bytes of each stream in one packet. No encoder needs more; a decoder refuses more. */
export function maxRawBytes(width: number, height: number): Record<StreamName, number> {
  const pixels = width * height;
  return { control: 256 + 64 * maxRecords(width, height), indices: pixels, planes: 3 * pixels, colours: 3 * pixels };
}

export interface ScreenLimits {
  /** A decoder that knows its memory may allow less than the format does. */
  readonly maxPixels: number;
}

export const formatLimits: ScreenLimits = { maxPixels: maxPicturePixels };

export type ScreenFormatReason =
  | 'unsupported-version'
  | 'truncated'
  | 'malformed'
  | 'limit-exceeded'
  | 'stream-corrupt'
  | 'checksum-mismatch'
  | 'key-image-needed';

/** The only error a decoder throws on bytes. After it, the decoder needs a key image. */
export class ScreenFormatError extends Error {
  readonly reason: ScreenFormatReason;

  constructor(reason: ScreenFormatReason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.name = 'ScreenFormatError';
    this.reason = reason;
  }
}
