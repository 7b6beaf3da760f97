import { AnchorList, AnchorTable, addCellAnchors } from './anchors.ts';
import { CellGrid, cell, runsToRectangles } from './cell-grid.ts';
import { type Copy, CopyFinder } from './copy-finder.ts';
import { type Move, voteForMoves } from './moves.ts';
import { copyRectangle, opaque, type Rectangle } from './picture.ts';
import { snapshotSlots } from './screen-format.ts';
import { shrinkToChanges } from './shrink.ts';
import { type Snapshot, SnapshotStore } from './snapshots.ts';

export interface Changes {
  /** All sources are read before anything is written. */
  readonly copies: readonly Copy[];
  /** Slot that takes the picture as it was before this update, after the copies were read; 0 for none. */
  readonly snapshotSlot: number;
  /** What the copies do not explain. Disjoint. */
  readonly rectangles: readonly Rectangle[];
}

/** Below so many dirty cells copies are not looked for. */
const minCellsForCopies = 12;
const minCellsForMoves = 8;
const minCellsForSnapshotMoves = 32;
/** Of so many cells half of the rows give votes enough. */
const minCellsToHalve = 256;
const minTexturedCells = 4;
const maxMoves = 8;
const maxSnapshotMoves = 3;
const maxRecentMoves = 4;
/** When the moves of the last frames explain this share of the change, others are not voted on. */
const recentMovesSuffice = 0.75;
/** A picture is worth remembering when so much of it gives way at once and most of the change is new, ... */
const snapshotShare = 0.1;
const newShareForSnapshot = 0.5;
/** ... or once so much has given way little by little. */
const slowSnapshotShare = 0.25;

/** Finds what changed between two pictures and which of it can be copied from pictures the decoder has. */
export class ChangeAnalyzer {
  readonly #grid: CellGrid;
  readonly #finder: CopyFinder;
  readonly #snapshots: SnapshotStore;
  /** The picture as the decoder has it. */
  readonly #previous: Uint32Array;
  readonly #oldAnchors = new AnchorList();
  readonly #newAnchors = new AnchorList();
  readonly #oldTable = new AnchorTable();
  /** Whether `#newAnchors` are those of the picture being analysed. */
  #hasNewAnchors = false;
  #recentMoves: Move[] = [];
  /** The snapshot the larger part of the picture came back from. */
  #originSlot = 0;
  /** Cells replaced by something new since a snapshot was taken. */
  #cellsLost = 0;

  constructor(width: number, height: number) {
    this.#grid = new CellGrid(width, height);
    this.#finder = new CopyFinder(this.#grid);
    this.#snapshots = new SnapshotStore(snapshotSlots(width, height), width);
    this.#previous = new Uint32Array(width * height).fill(opaque);
  }

  /** Whether anything in the rectangles (everything, when not given) differs from the picture the decoder has. */
  hasChanges(current: Uint32Array, damage?: readonly Rectangle[]): boolean {
    return this.#grid.markChanges(current, this.#previous, damage) > 0;
  }

  /** Forgets all earlier pictures: the decoder starts from black. */
  reset(): void {
    this.#previous.fill(opaque);
    this.#snapshots.clear();
    this.#recentMoves = [];
    this.#originSlot = 0;
    this.#cellsLost = 0;
  }

  /** Takes `current` as the decoder's next picture and returns how to get there, or undefined when it has it. */
  advance(current: Uint32Array, damage: readonly Rectangle[] | undefined, mayCopy: boolean): Changes | undefined {
    const dirty = this.#grid.markChanges(current, this.#previous, damage);
    if (dirty === 0) return undefined;
    this.#finder.start(current);
    this.#hasNewAnchors = false;
    let snapshotSlot = 0;
    if (mayCopy && dirty >= minCellsForCopies) {
      const { moved, restored } = this.#findCopies(current, dirty);
      if (this.#isWorthRemembering(dirty - moved, dirty)) snapshotSlot = this.#remember(restored);
    }
    const rectangles = this.#accept(current);
    return { copies: this.#finder.copies, snapshotSlot, rectangles };
  }

  /** Cheap guesses first: the moves of the last pictures, then snapshots in place, then what anchors vote for. */
  #findCopies(current: Uint32Array, dirty: number): { moved: number; restored: ReadonlyMap<number, number> } {
    const restored = new Map<number, number>();
    let moved = this.#tryRecentMoves(dirty);
    const isExplained = moved >= dirty * recentMovesSuffice;
    let left = dirty - moved;
    left -= this.#restoreInPlace(left, restored);
    if (!isExplained && left >= minCellsForMoves) {
      const voted = this.#tryVotedMoves(current, left);
      moved += voted;
      left -= voted;
    }
    if (left >= minCellsForSnapshotMoves) this.#tryVotedSnapshotMoves(current, left, restored);
    return { moved, restored };
  }

  #tryRecentMoves(dirty: number): number {
    let covered = 0;
    for (const move of this.#recentMoves) {
      covered += this.#tryPrevious(move);
      if (covered >= dirty * recentMovesSuffice || dirty - covered < minCellsForMoves) break;
    }
    return covered;
  }

  #tryVotedMoves(current: Uint32Array, dirty: number): number {
    this.#oldAnchors.clear();
    addCellAnchors(this.#previous, this.#grid, this.#oldAnchors);
    this.#oldTable.fill(this.#oldAnchors);
    this.#findNewAnchors(current);
    let covered = 0;
    for (const move of voteForMoves(this.#newAnchors, this.#oldTable, this.#grid, maxMoves)) {
      covered += this.#tryPrevious(move);
      if (dirty - covered < minCellsForMoves) break;
    }
    return covered;
  }

  /** Once for each picture: what has been explained since is left out when votes are counted. */
  #findNewAnchors(current: Uint32Array): void {
    if (this.#hasNewAnchors) return;
    this.#hasNewAnchors = true;
    this.#newAnchors.clear();
    const halvesRows = this.#grid.count(cell.dirty) >= minCellsToHalve;
    addCellAnchors(current, this.#grid, this.#newAnchors, { onlyDirty: true, halvesRows });
  }

  #tryPrevious(move: Move): number {
    const covered = this.#finder.tryMove(this.#previous, move, 0, minTexturedCells);
    if (covered > 0) {
      const others = this.#recentMoves.filter(({ dx, dy }) => dx !== move.dx || dy !== move.dy);
      this.#recentMoves = [move, ...others].slice(0, maxRecentMoves);
    }
    return covered;
  }

  /** What stands where it stood in a snapshot; adds the cells covered per slot to `restored`, and returns their number. */
  #restoreInPlace(dirty: number, restored: Map<number, number>): number {
    let covered = 0;
    for (const snapshot of this.#snapshots.byRecency()) {
      if (dirty - covered < minCellsForMoves) break;
      covered += this.#trySnapshot(snapshot, { dx: 0, dy: 0 }, minTexturedCells - 1, restored);
    }
    return covered;
  }

  #tryVotedSnapshotMoves(current: Uint32Array, dirty: number, restored: Map<number, number>): void {
    let left = dirty;
    this.#findNewAnchors(current);
    for (const snapshot of this.#snapshots.byRecency()) {
      if (left < minCellsForSnapshotMoves) break;
      const moves = voteForMoves(this.#newAnchors, snapshot.anchors(), this.#grid, maxSnapshotMoves);
      for (const move of moves) left -= this.#trySnapshot(snapshot, move, minTexturedCells, restored);
    }
  }

  #trySnapshot(snapshot: Snapshot, move: Move, minTextured: number, restored: Map<number, number>): number {
    const covered = this.#finder.tryMove(snapshot.pixels, move, snapshot.slot, minTextured);
    if (covered > 0) {
      restored.set(snapshot.slot, (restored.get(snapshot.slot) ?? 0) + covered);
      this.#snapshots.touch(snapshot);
    }
    return covered;
  }

  #isWorthRemembering(left: number, dirty: number): boolean {
    const cells = this.#grid.states.length;
    this.#cellsLost += left;
    const isAtOnce = left > cells * snapshotShare && left > dirty * newShareForSnapshot;
    if (!isAtOnce && this.#cellsLost < cells * slowSnapshotShare) return false;
    this.#cellsLost = 0;
    return true;
  }

  /** Remembers the picture that gives way; when it had come back from a snapshot, in the place of that one. */
  #remember(restored: ReadonlyMap<number, number>): number {
    const slot = this.#snapshots.remember(this.#previous, this.#originSlot);
    const [best] = [...restored].sort(([, first], [, second]) => second - first);
    const isMostlyRestored =
      best !== undefined && best[0] !== slot && best[1] > this.#grid.states.length * snapshotShare;
    this.#originSlot = isMostlyRestored ? best[0] : 0;
    return slot;
  }

  /** Brings the previous picture up to date; returns the rectangles that copies do not explain. */
  #accept(current: Uint32Array): Rectangle[] {
    const { width, states, columns, rows } = this.#grid;
    for (const copy of this.#finder.copies) copyRectangle(current, this.#previous, width, copy);
    const rectangles: Rectangle[] = [];
    for (const cells of runsToRectangles(states, columns, rows, cell.dirty)) {
      const tight = shrinkToChanges(current, this.#previous, width, this.#grid.toPixels(cells));
      if (tight !== undefined) rectangles.push(tight);
    }
    for (const rectangle of rectangles) copyRectangle(current, this.#previous, width, rectangle);
    return rectangles;
  }
}
