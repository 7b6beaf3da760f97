import { type Address, type AddressRange, isInRange } from '@afterimage/contracts';

interface Entry {
  readonly range: AddressRange;
  readonly places: number[];
  /** The highest end of this range and of all that begin before it. */
  highestLast: bigint;
}

/** From an address to the ranges around it. Ranges stand by their beginning, so that few are looked at. */
export class AddressIndex {
  readonly #entries: readonly Entry[];

  /** @param listed ranges, each with the place that is found by it */
  constructor(listed: Iterable<{ range: AddressRange; place: number }>) {
    const byRange = new Map<string, Entry>();
    for (const { range, place } of listed) {
      const key = `${range.family}:${range.first}-${range.last}`;
      const known = byRange.get(key);
      if (known === undefined) byRange.set(key, { range, places: [place], highestLast: range.last });
      else known.places.push(place);
    }
    this.#entries = [...byRange.values()].sort((a, b) => compare(a.range.first, b.range.first));
    let highestLast = 0n;
    for (const entry of this.#entries) {
      if (entry.range.last > highestLast) highestLast = entry.range.last;
      entry.highestLast = highestLast;
    }
  }

  /** Places of all ranges that the address is in; a place may come more than once. */
  *find(address: Address): Generator<number> {
    for (let index = this.#countFrom(address.value) - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.highestLast < address.value) return;
      if (isInRange(entry.range, address)) yield* entry.places;
    }
  }

  /** How many ranges begin at the value or before it. */
  #countFrom(value: bigint): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.range.first <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
