import { addToSpans, type FilePlace, type FileSpan, fitsSpans } from './file-spans.ts';
import { addToRanges, type ChainLink, isStored, type StoredRange } from './stored-ranges.ts';

/** What is known of a recording's chain and files. */
export interface KnownChain {
  storedRanges: readonly StoredRange[];
  fileSpans: readonly FileSpan[];
}

/**
 * Splits proven segments into those that fit their neighbours and those that a device signed for another chain or for a
 * file that can't be there: the neighbour that was there first is believed. A sequence that is stored fits; its row
 * tells whether it is the same.
 */
export function checkLinks<L extends ChainLink & FilePlace>(
  chain: KnownChain,
  links: readonly L[],
): { fitting: L[]; misfits: L[] } {
  let ranges: StoredRange[] = [...chain.storedRanges];
  let spans: FileSpan[] = [...chain.fileSpans];
  const fitting: L[] = [];
  const misfits: L[] = [];
  for (const link of links) {
    const before = ranges.find((range) => range.lastSequence === link.sequence - 1);
    const after = ranges.find((range) => range.firstSequence === link.sequence + 1);
    const breaks =
      (before !== undefined && before.hash !== link.previousHash) ||
      (after !== undefined && after.previousHash !== link.hash) ||
      !fitsSpans(spans, link);
    if (breaks && !isStored(ranges, link.sequence)) {
      misfits.push(link);
      continue;
    }
    fitting.push(link);
    ranges = addToRanges(ranges, link);
    spans = addToSpans(spans, link);
  }
  return { fitting, misfits };
}
