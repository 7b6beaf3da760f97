import { addToRanges, type ChainLink, isStored, type StoredRange } from './stored-ranges.ts';

/**
 * Splits proven segments into those that fit their neighbours and those that a device signed for another chain: the
 * neighbour that was there first is believed. A sequence that is stored fits; its row tells whether it is the same.
 */
export function checkLinks<L extends ChainLink>(
  ranges: readonly StoredRange[],
  links: readonly L[],
): { fitting: L[]; misfits: L[] } {
  let known: StoredRange[] = [...ranges];
  const fitting: L[] = [];
  const misfits: L[] = [];
  for (const link of links) {
    const before = known.find((range) => range.lastSequence === link.sequence - 1);
    const after = known.find((range) => range.firstSequence === link.sequence + 1);
    const breaks =
      (before !== undefined && before.hash !== link.previousHash) ||
      (after !== undefined && after.previousHash !== link.hash);
    if (breaks && !isStored(known, link.sequence)) {
      misfits.push(link);
      continue;
    }
    fitting.push(link);
    known = addToRanges(known, link);
  }
  return { fitting, misfits };
}
