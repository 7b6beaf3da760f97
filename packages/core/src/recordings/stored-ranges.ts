/** What is known of one stored segment's place in the chain. Hashes are base64. */
export interface ChainLink {
  sequence: number;
  previousHash: string;
  hash: string;
  startMs: number;
  endMs: number;
  sizeBytes: number;
}

/**
 * A run of stored segments without a hole, each chained to the one before:
 *
 *   previousHash ← firstSequence ← … ← lastSequence = hash
 */
export interface StoredRange {
  firstSequence: number;
  lastSequence: number;
  previousHash: string;
  hash: string;
  startMs: number;
  endMs: number;
  sizeBytes: number;
}

/** Far more holes than any agent makes; it bounds what one recording's row can grow to. */
export const maxStoredRanges = 250;

/**
 * Adds a stored segment. Ranges are sorted, never overlap, and two that touch and chain are one; adding a sequence
 * that is there changes nothing, so messages may come twice and in any order.
 * @throws RangeError beyond `maxStoredRanges`
 */
export function addToRanges(ranges: readonly StoredRange[], link: ChainLink): StoredRange[] {
  if (isStored(ranges, link.sequence)) return [...ranges];
  // Named one by one: whatever else a segment has does not belong in the recording's row.
  const { sequence, previousHash, hash, startMs, endMs, sizeBytes } = link;
  const place = { firstSequence: sequence, lastSequence: sequence };
  const added: StoredRange = { ...place, previousHash, hash, startMs, endMs, sizeBytes };
  const next = ranges.findIndex((range) => range.firstSequence > sequence);
  const at = next < 0 ? ranges.length : next;
  const joined = [...ranges.slice(0, at), added, ...ranges.slice(at)].reduce<StoredRange[]>(appendOrJoin, []);
  if (joined.length > maxStoredRanges) throw new RangeError('the recording has too many holes');
  return joined;
}

export function isStored(ranges: readonly StoredRange[], sequence: number): boolean {
  return ranges.some((range) => range.firstSequence <= sequence && sequence <= range.lastSequence);
}

/** The range that begins the recording; its end is the contiguous mark. */
export function contiguousRange(ranges: readonly StoredRange[]): StoredRange | undefined {
  const [first] = ranges;
  return first?.firstSequence === 1 ? first : undefined;
}

export function countSegments(ranges: readonly Pick<StoredRange, 'firstSequence' | 'lastSequence'>[]): number {
  return ranges.reduce((count, range) => count + range.lastSequence - range.firstSequence + 1, 0);
}

/** How many of the stored segments lie from one sequence to another, both included. */
export function countWithin(ranges: readonly StoredRange[], firstSequence: number, lastSequence: number): number {
  return ranges.reduce((count, range) => {
    const first = Math.max(range.firstSequence, firstSequence);
    const last = Math.min(range.lastSequence, lastSequence);
    return count + Math.max(0, last - first + 1);
  }, 0);
}

function appendOrJoin(joined: StoredRange[], range: StoredRange): StoredRange[] {
  const last = joined.at(-1);
  if (last === undefined || last.lastSequence + 1 !== range.firstSequence || last.hash !== range.previousHash) {
    joined.push(range);
    return joined;
  }
  joined[joined.length - 1] = {
    ...last,
    lastSequence: range.lastSequence,
    hash: range.hash,
    endMs: Math.max(last.endMs, range.endMs),
    sizeBytes: last.sizeBytes + range.sizeBytes,
  };
  return joined;
}
