import { type CellGrid, cell, runsToRectangles } from './cell-grid.ts';
import type { Move } from './moves.ts';
import { differs, type Rectangle } from './picture.ts';
import { cellSize } from './screen-format.ts';

/** Copies `width` x `height` pixels to (x, y) from (x + dx, y + dy) of the picture before (reference 0) or a snapshot. */
export interface Copy extends Rectangle, Move {
  readonly reference: number;
}

/** A copy of one flat or lonely cell costs more than it saves. */
const minCellsPerCopy = 2;

/** Finds the parts of a picture that stand elsewhere in a source picture, pixel by pixel the same. */
export class CopyFinder {
  readonly copies: Copy[] = [];
  readonly #grid: CellGrid;
  readonly #bridged: Uint8Array;
  #current: Uint32Array = new Uint32Array();
  #source: Uint32Array = new Uint32Array();
  #pixelsLeft = 0;

  constructor(grid: CellGrid) {
    this.#grid = grid;
    this.#bridged = new Uint8Array(grid.states.length);
  }

  start(current: Uint32Array): void {
    this.#current = current;
    this.copies.length = 0;
    this.#pixelsLeft = this.#grid.width * this.#grid.height;
  }

  /**
   * Tries one move on all dirty cells. When at least `minTextured` cells that are not flat match, the matching
   * areas, grown to the pixel, become copies. Returns how many dirty cells they cover.
   */
  tryMove(source: Uint32Array, move: Move, reference: number, minTextured: number): number {
    this.#source = source;
    const { matched, textured } = this.#matchCells(move, minTextured);
    if (textured < minTextured) {
      if (matched > 0) this.#giveBackMatches();
      return 0;
    }
    this.#bridgeRows(move);
    const { columns, rows } = this.#grid;
    let covered = 0;
    for (const cells of runsToRectangles(this.#bridged, columns, rows, 1)) {
      const isWorthIt = cells.width * cells.height >= minCellsPerCopy;
      const isCopied = isWorthIt && this.#addCopy(cells, move, reference);
      covered += this.#settle(cells, isCopied);
    }
    return covered;
  }

  #matchCells(move: Move, minTextured: number): { matched: number; textured: number } {
    const { columns, rows, states } = this.#grid;
    let matched = 0;
    let textured = 0;
    for (let row = 0, index = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, index++) {
        if (states[index] !== cell.dirty || !this.#cellMatches(column, row, move)) continue;
        states[index] = cell.matched;
        matched++;
        if (textured < minTextured && !this.#isFlat(column, row)) textured++;
      }
    }
    return { matched, textured };
  }

  #giveBackMatches(): void {
    const { states } = this.#grid;
    for (let index = 0; index < states.length; index++) {
      if (states[index] === cell.matched) states[index] = cell.dirty;
    }
  }

  /**
   * Clean cells beside matched ones, within the columns that have any, join them when they match too: what was
   * scrolled becomes one large copy instead of one for each length of line.
   */
  #bridgeRows(move: Move): void {
    const { columns, rows, states } = this.#grid;
    this.#bridged.fill(0);
    const { left, right } = this.#matchedColumns();
    for (let row = 0; row < rows; row++) {
      const start = row * columns;
      const first = states.indexOf(cell.matched, start);
      if (first < 0) return;
      if (first > start + right) continue;
      for (let column = left; column <= right; column++) {
        const state = states[start + column];
        const joins = state === cell.matched || (state === cell.clean && this.#cellMatches(column, row, move));
        this.#bridged[start + column] = joins ? 1 : 0;
      }
    }
  }

  #matchedColumns(): { left: number; right: number } {
    const { columns, states } = this.#grid;
    let left = columns - 1;
    let right = 0;
    for (let index = states.indexOf(cell.matched); index >= 0; index = states.indexOf(cell.matched, index + 1)) {
      left = Math.min(left, index % columns);
      right = Math.max(right, index % columns);
    }
    return { left, right };
  }

  /** Marks the matched cells as copied, or as dirty again; returns how many were copied. */
  #settle(cells: Rectangle, isCopied: boolean): number {
    const { columns, states } = this.#grid;
    let count = 0;
    for (let row = cells.y; row < cells.y + cells.height; row++) {
      for (let index = row * columns + cells.x, end = index + cells.width; index < end; index++) {
        if (states[index] !== cell.matched) continue;
        states[index] = isCopied ? cell.copied : cell.dirty;
        if (isCopied) count++;
      }
    }
    return count;
  }

  #addCopy(cells: Rectangle, move: Move, reference: number): boolean {
    const grown = this.#grow(cells, move);
    const pixels = grown.width * grown.height;
    if (pixels > this.#pixelsLeft) return false;
    this.#pixelsLeft -= pixels;
    this.copies.push({ ...grown, ...move, reference });
    return true;
  }

  /** Grows by less than a cell to every side that has dirty cells beside it, as far as the pixels match. */
  #grow(cells: Rectangle, move: Move): Rectangle {
    let { x, y, width, height } = this.#grid.toPixels(cells);
    const { width: right, height: bottom } = this.#grid;
    const beside = this.#dirtySides(cells);
    for (let i = 0; i < beside.above && y + move.dy > 0 && this.#rowMatches(x, y - 1, width, move); i++) {
      y--;
      height++;
    }
    for (let i = 0; i < beside.below && y + height < bottom && y + height + move.dy < bottom; i++) {
      if (!this.#rowMatches(x, y + height, width, move)) break;
      height++;
    }
    for (let i = 0; i < beside.left && x + move.dx > 0 && this.#columnMatches(x - 1, y, height, move); i++) {
      x--;
      width++;
    }
    for (let i = 0; i < beside.right && x + width < right && x + width + move.dx < right; i++) {
      if (!this.#columnMatches(x + width, y, height, move)) break;
      width++;
    }
    return { x, y, width, height };
  }

  /** How many pixels may be won at each side. */
  #dirtySides({ x, y, width, height }: Rectangle): Record<'above' | 'below' | 'left' | 'right', number> {
    const most = cellSize - 1;
    const gain = (column: number, row: number, columns: number, rows: number) =>
      this.#grid.hasDirty({ x: column, y: row, width: columns, height: rows }) ? most : 0;
    return {
      above: gain(x, y - 1, width, 1),
      below: gain(x, y + height, width, 1),
      left: gain(x - 1, y, 1, height),
      right: gain(x + width, y, 1, height),
    };
  }

  #rowMatches(x: number, y: number, width: number, { dx, dy }: Move): boolean {
    const rowLength = this.#grid.width;
    return this.#runMatches(y * rowLength + x, (y + dy) * rowLength + x + dx, width);
  }

  #runMatches(at: number, from: number, length: number): boolean {
    const current = this.#current;
    const source = this.#source;
    for (let i = 0; i < length; i++) if (differs(current[at + i], source[from + i])) return false;
    return true;
  }

  #columnMatches(x: number, y: number, height: number, { dx, dy }: Move): boolean {
    const rowLength = this.#grid.width;
    let at = y * rowLength + x;
    let from = (y + dy) * rowLength + x + dx;
    for (let i = 0; i < height; i++, at += rowLength, from += rowLength) {
      if (differs(this.#current[at], this.#source[from])) return false;
    }
    return true;
  }

  #cellMatches(column: number, row: number, move: Move): boolean {
    const { width: pictureWidth, height: pictureHeight } = this.#grid;
    const x = column * cellSize;
    const y = row * cellSize;
    const width = Math.min(cellSize, pictureWidth - x);
    const height = Math.min(cellSize, pictureHeight - y);
    const sourceX = x + move.dx;
    const sourceY = y + move.dy;
    if (sourceX < 0 || sourceY < 0 || sourceX + width > pictureWidth || sourceY + height > pictureHeight) return false;
    let at = y * pictureWidth + x;
    let from = sourceY * pictureWidth + sourceX;
    for (let i = 0; i < height; i++, at += pictureWidth, from += pictureWidth) {
      if (!this.#runMatches(at, from, width)) return false;
    }
    return true;
  }

  #isFlat(column: number, row: number): boolean {
    const { x, y, width, height } = this.#grid.toPixels({ x: column, y: row, width: 1, height: 1 });
    const rowLength = this.#grid.width;
    const first = this.#current[y * rowLength + x];
    for (let i = 0; i < height; i++) {
      const start = (y + i) * rowLength + x;
      for (let at = start; at < start + width; at++) if (differs(this.#current[at], first)) return false;
    }
    return true;
  }
}
