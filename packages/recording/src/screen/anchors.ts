import { type CellGrid, cell } from './cell-grid.ts';
import { colourOf } from './picture.ts';
import { cellSize } from './screen-format.ts';

/**
 * Anchors are runs of 16 pixels picked by their content alone (a hash of them ends in five zero bits), so the same
 * content is picked wherever it stands: what moved is found by looking its anchors up. Flat runs are never picked.
 */
const anchorLength = 16;
const multiplier = 0x9e3779b1 | 0;
const leavingMultiplier = power(multiplier, anchorLength);
/** A run with more equal pixels than this at its end says too little about where it is. */
const maxFlatTail = 12;

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base);
  return result;
}

/** Hashes of anchors with the index of their first pixel. */
export class AnchorList {
  keys = new Int32Array(1024);
  positions = new Int32Array(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  add(key: number, position: number): void {
    if (this.length === this.keys.length) this.#grow();
    this.keys[this.length] = key;
    this.positions[this.length] = position;
    this.length++;
  }

  #grow(): void {
    const { keys, positions } = this;
    this.keys = new Int32Array(keys.length * 2);
    this.positions = new Int32Array(keys.length * 2);
    this.keys.set(keys);
    this.positions.set(positions);
  }
}

/** Adds the anchors among the pixels from index `start` to before `end`, all in one row. */
export function addRowAnchors(pixels: Uint32Array, start: number, end: number, anchors: AnchorList): void {
  const full = start + anchorLength - 1;
  let hash = 0;
  let flat = 0;
  let last = -1;
  for (let at = start; at < end; at++) {
    const colour = colourOf(pixels[at]);
    hash = (Math.imul(hash, multiplier) + colour + 1) | 0;
    if (at > full) hash = (hash - Math.imul(colourOf(pixels[at - anchorLength]) + 1, leavingMultiplier)) | 0;
    flat = colour === last ? flat + 1 : 1;
    last = colour;
    if (at < full || flat >= maxFlatTail) continue;
    const key = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    if (key >>> 27 === 0) anchors.add(key, at - anchorLength + 1);
  }
}

export interface CellAnchorOptions {
  /** Leaves out cells that have been explained; default: only those that are clean. */
  readonly onlyDirty?: boolean;
  /** Looks at each second row only. */
  readonly halvesRows?: boolean;
}

/** Adds the anchors of every run of cells that changed. */
export function addCellAnchors(
  pixels: Uint32Array,
  grid: CellGrid,
  anchors: AnchorList,
  { onlyDirty = false, halvesRows = false }: CellAnchorOptions = {},
): void {
  const isWanted = (state: number | undefined) => (onlyDirty ? state === cell.dirty : state !== cell.clean);
  const step = halvesRows ? 2 : 1;
  for (let row = 0; row < grid.rows; row++) {
    const bottom = Math.min(grid.height, (row + 1) * cellSize);
    for (let column = 0; column < grid.columns; column++) {
      if (!isWanted(grid.states[row * grid.columns + column])) continue;
      const left = column * cellSize;
      while (column < grid.columns && isWanted(grid.states[row * grid.columns + column])) column++;
      const right = Math.min(grid.width, column * cellSize);
      for (let y = row * cellSize; y < bottom; y += step) {
        addRowAnchors(pixels, y * grid.width + left, y * grid.width + right, anchors);
      }
    }
  }
}

const tableBits = 16;
const tableMask = (1 << tableBits) - 1;
const maxProbes = 16;
const ambiguous = -1;

/** Finds where in a picture an anchor stood, when it stood in one place only. */
export class AnchorTable {
  readonly #keys = new Int32Array(1 << tableBits);
  /** Position + 1; 0 is an empty place. */
  readonly #places = new Int32Array(1 << tableBits);

  fill(anchors: AnchorList): void {
    this.#places.fill(0);
    for (let i = 0; i < anchors.length; i++) this.#add(anchors.keys[i] ?? 0, anchors.positions[i] ?? 0);
  }

  /** The index of the anchor's first pixel; negative when unknown or ambiguous. */
  find(key: number): number {
    const place = this.#probe(key);
    const found = place < 0 ? 0 : (this.#places[place] ?? 0);
    return found > 0 ? found - 1 : -1;
  }

  #add(key: number, position: number): void {
    const place = this.#probe(key);
    if (place < 0) return;
    const known = this.#places[place] ?? 0;
    this.#keys[place] = key;
    this.#places[place] = known === 0 || known === position + 1 ? position + 1 : ambiguous;
  }

  /** The place of the key, or an empty one for it; negative when its neighbourhood is full. */
  #probe(key: number): number {
    let place = Math.imul(key, 0x85ebca6b) >>> (32 - tableBits);
    for (let probe = 0; probe < maxProbes; probe++, place = (place + 1) & tableMask) {
      if (this.#places[place] === 0 || this.#keys[place] === key) return place;
    }
    return -1;
  }
}
