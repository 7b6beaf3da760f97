import { clip, differs, type Rectangle } from './picture.ts';
import { cellSize } from './screen-format.ts';

/** What an analysis knows about a cell so far. */
export const cell = { clean: 0, dirty: 1, matched: 2, copied: 3 } as const;

/** A picture seen as squares of `cellSize` pixels, those at the right and lower edge cut off. */
export class CellGrid {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly states: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / cellSize);
    this.rows = Math.ceil(height / cellSize);
    this.states = new Uint8Array(this.columns * this.rows);
  }

  /** Marks the cells in which the pictures differ as dirty, all others as clean; returns how many are dirty. */
  markChanges(current: Uint32Array, previous: Uint32Array, damage?: readonly Rectangle[]): number {
    this.states.fill(cell.clean);
    const everything = { x: 0, y: 0, width: this.width, height: this.height };
    let count = 0;
    for (const rectangle of damage ?? [everything]) {
      const inside = clip(rectangle, this.width, this.height);
      if (inside !== undefined) count += this.#markInside(inside, current, previous);
    }
    return count;
  }

  /** How many cells are in a state. */
  count(wanted: number): number {
    let count = 0;
    for (const state of this.states) if (state === wanted) count++;
    return count;
  }

  /** The pixels of a rectangle given in cells. */
  toPixels(cells: Rectangle): Rectangle {
    const x = cells.x * cellSize;
    const y = cells.y * cellSize;
    const width = Math.min(this.width, (cells.x + cells.width) * cellSize) - x;
    const height = Math.min(this.height, (cells.y + cells.height) * cellSize) - y;
    return { x, y, width, height };
  }

  /** Whether the cell of the pixel with this index is dirty. */
  isDirtyAt(pixel: number): boolean {
    const row = Math.floor(Math.floor(pixel / this.width) / cellSize);
    return this.states[row * this.columns + Math.floor((pixel % this.width) / cellSize)] === cell.dirty;
  }

  /** Whether any of the cells is dirty; those outside the grid are not. */
  hasDirty({ x, y, width, height }: Rectangle): boolean {
    if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) return false;
    for (let row = y; row < y + height; row++) {
      const start = row * this.columns + x;
      if (this.states.subarray(start, start + width).includes(cell.dirty)) return true;
    }
    return false;
  }

  #markInside(inside: Rectangle, current: Uint32Array, previous: Uint32Array): number {
    const right = inside.x + inside.width;
    let count = 0;
    for (let y = inside.y; y < inside.y + inside.height; y++) {
      const end = y * this.width + right;
      const cellRow = Math.floor(y / cellSize) * this.columns;
      for (let at = y * this.width + inside.x; at < end; ) {
        while (at < end && !differs(current[at], previous[at])) at++;
        if (at === end) break;
        const x = at - y * this.width;
        const index = cellRow + Math.floor(x / cellSize);
        if (this.states[index] === cell.clean) count++;
        this.states[index] = cell.dirty;
        at += cellSize - (x % cellSize);
      }
    }
    return count;
  }
}

/** Covers all cells of one value with disjoint rectangles (in cells): runs of a row, joined downwards where they line up. */
export function runsToRectangles(values: Uint8Array, columns: number, rows: number, wanted: number): Rectangle[] {
  const rectangles: Rectangle[] = [];
  let open = new Map<number, { x: number; y: number; width: number; height: number }>();
  for (let y = 0; y < rows; y++) {
    const next: typeof open = new Map();
    for (let x = 0; x < columns; x++) {
      if (values[y * columns + x] !== wanted) continue;
      const start = x;
      while (x < columns && values[y * columns + x] === wanted) x++;
      const key = start * (columns + 1) + x;
      const above = open.get(key);
      const run = above ?? { x: start, y, width: x - start, height: 0 };
      run.height++;
      if (above === undefined) rectangles.push(run);
      next.set(key, run);
    }
    open = next;
  }
  return rectangles;
}
