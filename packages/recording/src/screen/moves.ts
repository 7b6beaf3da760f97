import type { AnchorList, AnchorTable } from './anchors.ts';
import type { CellGrid } from './cell-grid.ts';

/** Where the source of a copy lies, relative to its destination, in pixels. */
export interface Move {
  readonly dx: number;
  readonly dy: number;
}

const minVotes = 4;
const sideBits = 15;
const offset = 1 << (sideBits - 1);

/** The moves most anchors in dirty cells agree on, best first. Standing still is left out. */
export function voteForMoves(anchors: AnchorList, source: AnchorTable, grid: CellGrid, maxMoves: number): Move[] {
  const { width: rowLength } = grid;
  const votes = new Map<number, number>();
  for (let i = 0; i < anchors.length; i++) {
    const to = anchors.positions[i] ?? 0;
    if (!grid.isDirtyAt(to)) continue;
    const from = source.find(anchors.keys[i] ?? 0);
    if (from < 0) continue;
    const dx = (from % rowLength) - (to % rowLength);
    const dy = Math.floor(from / rowLength) - Math.floor(to / rowLength);
    if (dx === 0 && dy === 0) continue;
    const key = (dx + offset) * (1 << sideBits) + dy + offset;
    votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  return [...votes]
    .filter(([, count]) => count >= minVotes)
    .sort(([, first], [, second]) => second - first)
    .slice(0, maxMoves)
    .map(([key]) => ({ dx: Math.floor(key / (1 << sideBits)) - offset, dy: (key % (1 << sideBits)) - offset }));
}
