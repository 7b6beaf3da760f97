import { differs, type Rectangle } from './picture.ts';
import { type Columns, wholeRows } from './screen-format.ts';

/** Where letters of one width are not found, columns of this one still bring letters together. */
const defaultColumns: Columns = { width: 8, phase: 0 };
const smallestRectangle = { width: 24, height: 4 };
const letterWidths = { min: 5, max: 20 };
/** Edges at the borders of letters, as a share of the edges elsewhere, at which letters count as found. */
const maxShareOfEdges = 0.45;
/** A wider letter must be so much better: twice the width of the right one fits just as well. */
const gainOfWider = 0.6;
const minColumns = 4;
const maxSampledRows = 64;

/**
 * Chooses the columns to walk rectangles of palette indices in. Between the letters of a terminal few pixels differ from their
 * left neighbour; cut there, each letter becomes one run of bytes, and the same letter the same run. Columns that
 * fit are kept for as long as they do: letters cut in two ways are two kinds of letters to a compressor.
 */
export class ColumnChooser {
  #last = defaultColumns;

  choose(pixels: Uint32Array, rowLength: number, rectangle: Rectangle): Columns {
    if (rectangle.width < smallestRectangle.width || rectangle.height < smallestRectangle.height) return wholeRows;
    const edges = countEdges(pixels, rowLength, rectangle);
    const most = maxShareOfEdges * averageOfEvery(edges, 0, 1);
    const { width, phase } = this.#last;
    const offset = (phase - ((rectangle.x + 1) % width) + width) % width;
    if (edges.length > width && averageOfEvery(edges, offset, width) <= most) return this.#last;
    const found = findColumns(edges, rectangle.x + 1, most);
    if (found !== undefined) this.#last = found;
    return found ?? defaultColumns;
  }
}

/** The columns at whose borders there are the fewest edges, on average below `most`; `x` is where the first edge is. */
function findColumns(edges: Uint32Array, x: number, most: number): Columns | undefined {
  let best: Columns | undefined;
  let fewest = most;
  for (let width = letterWidths.min; width <= letterWidths.max && width * minColumns <= edges.length; width++) {
    for (let offset = 0; offset < width; offset++) {
      const count = averageOfEvery(edges, offset, width);
      if (count >= fewest) continue;
      fewest = count * gainOfWider;
      best = { width, phase: (x + offset) % width };
    }
  }
  return best;
}

/** For each column of pixels but the first: how many differ from their left neighbour. */
function countEdges(pixels: Uint32Array, rowLength: number, { x, y, width, height }: Rectangle): Uint32Array {
  const edges = new Uint32Array(width - 1);
  for (let row = y; row < y + Math.min(height, maxSampledRows); row++) {
    const first = row * rowLength + x + 1;
    for (let column = 0; column < edges.length; column++) {
      const at = first + column;
      if (differs(pixels[at], pixels[at - 1])) edges[column] = (edges[column] ?? 0) + 1;
    }
  }
  return edges;
}

function averageOfEvery(values: Uint32Array, offset: number, step: number): number {
  let sum = 0;
  let count = 0;
  for (let index = offset; index < values.length; index += step, count++) sum += values[index] ?? 0;
  return sum / count;
}
