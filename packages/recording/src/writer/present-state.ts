import type {
  CursorRecord,
  CursorShapeRecord,
  LayoutRecord,
  RateReducedRecord,
  RecordingRecord,
} from '../records/record.ts';

/**
 * Remembers what a viewer who enters at a key image would miss: layout, cursor and reduced regions. Append
 * `restate(timeMs)` right after each key image, so that every group is complete in itself.
 */
export class PresentState {
  #layout: LayoutRecord | undefined;
  #shape: CursorShapeRecord | undefined;
  #cursor: CursorRecord | undefined;
  readonly #reduced = new Map<string, RateReducedRecord>();

  note(record: RecordingRecord): void {
    if (record.type === 'layout') this.#layout = record;
    if (record.type === 'cursor-shape') this.#shape = record;
    if (record.type === 'cursor') this.#cursor = record;
    if (record.type === 'rate-reduced') this.#noteRate(record);
  }

  restate(timeMs: number): RecordingRecord[] {
    const present = [this.#layout, this.#shape, this.#cursor, ...this.#reduced.values()];
    return present.filter((record) => record !== undefined).map((record) => ({ ...record, timeMs }));
  }

  #noteRate(record: RateReducedRecord): void {
    const { x, y, width, height } = record.rectangle;
    const key = `${x},${y},${width},${height}`;
    if (record.phase === 'begin') this.#reduced.set(key, record);
    else this.#reduced.delete(key);
  }
}
