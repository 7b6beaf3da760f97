/** Disjoint ranges of segment numbers, both ends included. Memory follows the number of ranges, not of segments. */
export class SequenceRanges {
  #ranges: (readonly [from: number, to: number])[] = [];

  get ranges(): readonly (readonly [from: number, to: number])[] {
    return this.#ranges;
  }

  /** The range must lie behind all others. */
  add(from: number, to: number): void {
    this.#ranges.push([from, to]);
  }

  remove(sequence: number): void {
    this.#ranges = this.#ranges.flatMap(([from, to]) => {
      if (sequence < from || sequence > to) return [[from, to] as const];
      const parts = [[from, sequence - 1] as const, [sequence + 1, to] as const];
      return parts.filter(([start, end]) => start <= end);
    });
  }
}
