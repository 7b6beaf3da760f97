import type { ManifestGap } from '../manifest/manifest.ts';
import type { ChainAudit } from './chain-audit.ts';
import type { DeclaredHole, Finding } from './verdict.ts';

type Range = readonly [from: number, to: number];

export interface SortedHoles {
  /** What remains: alterations, and holes that nobody declared. */
  readonly findings: Finding[];
  readonly declaredHoles: DeclaredHole[];
}

/** Tells holes that the signed manifest declares from those that came later. A hole may be declared in part. */
export function sortHoles(
  findings: readonly Finding[],
  gaps: readonly ManifestGap[],
  chain: Pick<ChainAudit, 'segment' | 'untilMs'>,
): SortedHoles {
  const sorted: SortedHoles = { findings: [], declaredHoles: [] };
  for (const finding of findings) {
    if (finding.reason !== 'segment-missing' || finding.sequences === undefined) {
      sorted.findings.push(finding);
      continue;
    }
    const [from, to] = finding.sequences;
    const declared = gaps.filter((gap) => gap.fromSequence <= to && from <= gap.toSequence);
    const undeclared = declared.reduce<Range[]>(cutOut, [finding.sequences]);
    sorted.findings.push(...undeclared.map((sequences) => ({ ...finding, sequences })));
    for (const gap of declared) {
      const fromSequence = Math.max(from, gap.fromSequence);
      const toSequence = Math.min(to, gap.toSequence);
      const fromMs = chain.segment(fromSequence - 1)?.header.t1Ms ?? 0;
      const toMs = chain.segment(toSequence + 1)?.header.t0Ms ?? chain.untilMs;
      sorted.declaredHoles.push({ fromSequence, toSequence, fromMs, toMs, reason: gap.reason });
    }
  }
  return sorted;
}

function cutOut(ranges: readonly Range[], { fromSequence, toSequence }: ManifestGap): Range[] {
  return ranges.flatMap(([from, to]): Range[] => {
    const left: Range = [from, Math.min(to, fromSequence - 1)];
    const right: Range = [Math.max(from, toSequence + 1), to];
    return [left, right].filter(([start, end]) => start <= end);
  });
}
