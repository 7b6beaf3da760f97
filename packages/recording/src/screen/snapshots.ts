import { AnchorList, AnchorTable, addRowAnchors } from './anchors.ts';

/** A picture that was on the screen earlier and that copies may refer to. */
export interface Snapshot {
  /** From 1, as in copies. */
  readonly slot: number;
  readonly pixels: Uint32Array;
  lastUse: number;
  /** Where its anchors stand. */
  anchors(): AnchorTable;
}

/** The encoder's snapshots: what a window looked like before another one covered it. */
export class SnapshotStore {
  readonly #maxSlots: number;
  readonly #rowLength: number;
  readonly #snapshots: StoredSnapshot[] = [];
  #uses = 0;

  constructor(maxSlots: number, rowLength: number) {
    this.#maxSlots = maxSlots;
    this.#rowLength = rowLength;
  }

  clear(): void {
    this.#snapshots.length = 0;
  }

  /** Most recently used first. */
  byRecency(): Snapshot[] {
    return [...this.#snapshots].sort((first, second) => second.lastUse - first.lastUse);
  }

  touch(snapshot: Snapshot): void {
    snapshot.lastUse = ++this.#uses;
  }

  /**
   * Remembers a picture in place of an older view of the same (`preferredSlot`), in a free slot, or in the one not
   * used for longest. Returns the slot, 0 when the picture is too large for any.
   */
  remember(picture: Uint32Array, preferredSlot: number): number {
    if (this.#maxSlots === 0) return 0;
    const snapshot = this.#snapshots[preferredSlot - 1] ?? this.#freeOrOldest(picture.length);
    snapshot.replace(picture);
    this.touch(snapshot);
    return snapshot.slot;
  }

  #freeOrOldest(pixelCount: number): StoredSnapshot {
    const oldest = this.byRecency().at(-1);
    if (oldest !== undefined && this.#snapshots.length >= this.#maxSlots) {
      return this.#snapshots[oldest.slot - 1] ?? this.#add(pixelCount);
    }
    return this.#add(pixelCount);
  }

  #add(pixelCount: number): StoredSnapshot {
    const snapshot = new StoredSnapshot(this.#snapshots.length + 1, pixelCount, this.#rowLength);
    this.#snapshots.push(snapshot);
    return snapshot;
  }
}

class StoredSnapshot implements Snapshot {
  readonly slot: number;
  readonly pixels: Uint32Array;
  lastUse = 0;
  readonly #rowLength: number;
  readonly #table = new AnchorTable();
  #isTableFilled = false;

  constructor(slot: number, pixelCount: number, rowLength: number) {
    this.slot = slot;
    this.pixels = new Uint32Array(pixelCount);
    this.#rowLength = rowLength;
  }

  replace(picture: Uint32Array): void {
    this.pixels.set(picture);
    this.#isTableFilled = false;
  }

  anchors(): AnchorTable {
    if (!this.#isTableFilled) {
      const anchors = new AnchorList();
      for (let start = 0; start < this.pixels.length; start += this.#rowLength) {
        addRowAnchors(this.pixels, start, start + this.#rowLength, anchors);
      }
      this.#table.fill(anchors);
      this.#isTableFilled = true;
    }
    return this.#table;
  }
}
