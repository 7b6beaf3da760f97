import { createHash } from 'node:crypto';
import type { RecordingRecord } from '@afterimage/recording';
import type { CapturedCursor, CursorShape } from '../sources/capture-source.ts';

/** Enough for what one desktop shows; a program that makes ever new pointers must not fill the memory. */
const maxShapes = 256;
const noShape = 0;

/** What a pointer means for a recording. */
interface CursorRecords {
  /** What somebody who enters later has to be told. */
  readonly present: readonly RecordingRecord[];
  /** The part of it that has not been recorded since the last key image. */
  readonly fresh: readonly RecordingRecord[];
}

/** Turns pointers into records: the position each time, a shape once after every key image. */
export class CursorShapes {
  /** By content. */
  readonly #ids = new Map<string, number>();
  /** Known to whoever enters at the last key image. */
  readonly #recorded = new Set<number>();
  #lastId = noShape;
  #presentId = noShape;

  recordsOf(timeMs: number, { x, y, shape }: CapturedCursor): CursorRecords {
    if (!shape) {
      const hidden: RecordingRecord = { type: 'cursor', timeMs, x, y, shapeId: this.#presentId, isVisible: false };
      return { present: [hidden], fresh: [hidden] };
    }
    const shapeId = this.#idOf(shape);
    const cursor: RecordingRecord = { type: 'cursor', timeMs, x, y, shapeId, isVisible: true };
    const present: RecordingRecord[] = [{ type: 'cursor-shape', timeMs, shapeId, ...shape }, cursor];
    const fresh = this.#recorded.has(shapeId) ? [cursor] : present;
    this.#recorded.add(shapeId);
    this.#presentId = shapeId;
    return { present, fresh };
  }

  /** The present shape is restated with the key image; others have to be recorded again. */
  noteKeyImage(): void {
    this.#recorded.clear();
    if (this.#presentId !== noShape) this.#recorded.add(this.#presentId);
  }

  #idOf({ width, height, hotspotX, hotspotY, rgba }: CursorShape): number {
    const geometry = `${width}x${height}+${hotspotX}+${hotspotY}`;
    const key = createHash('sha256').update(geometry).update(rgba).digest('base64');
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#ids.size >= maxShapes) this.#ids.clear();
    this.#ids.set(key, ++this.#lastId);
    return this.#lastId;
  }
}
