import type { RecordingFindings } from './check-recording.ts';
import { type FaultKind, isKill } from './fault-kinds.ts';

export interface CampaignReport {
  readonly seed: number;
  rounds: number;
  elapsedSeconds: number;
  kills: number;
  /** How often each was done. */
  readonly faults: Partial<Record<FaultKind, number>>;
  recordings: number;
  /** Recordings that verify calls intact and complete. */
  intact: number;
  pictures: number;
  acknowledgedSegments: number;
  /** Acknowledged, and not there or other bytes. */
  lostSegments: number;
  /** Losses that recordings declare, by reason. */
  readonly declaredGaps: Record<string, number>;
  lostPictures: number;
  undeclaredLosses: number;
  worstCrashLossMs: number;
  longestUnderWayMs: number;
  /** Recordings whose file was written only after the sweeper had looked. */
  sealedBySweeper: number;
  deadLetters: number;
  readonly violations: string[];
  /** Of a campaign that failed. */
  keptDirectory?: string;
}

export function emptyReport(seed: number): CampaignReport {
  return {
    seed,
    rounds: 0,
    elapsedSeconds: 0,
    kills: 0,
    faults: {},
    recordings: 0,
    intact: 0,
    pictures: 0,
    acknowledgedSegments: 0,
    lostSegments: 0,
    declaredGaps: {},
    lostPictures: 0,
    undeclaredLosses: 0,
    worstCrashLossMs: 0,
    longestUnderWayMs: 0,
    sealedBySweeper: 0,
    deadLetters: 0,
    violations: [],
  };
}

export function noteRound(report: CampaignReport, counts: ReadonlyMap<FaultKind, number>): void {
  report.rounds += 1;
  for (const [kind, count] of counts) {
    report.faults[kind] = (report.faults[kind] ?? 0) + count;
    if (isKill(kind)) report.kills += count;
  }
}

export function noteFindings(
  report: CampaignReport,
  findings: RecordingFindings,
  { neededSweeper, isIntact }: { neededSweeper: boolean; isIntact: boolean },
): void {
  report.recordings += 1;
  report.intact += isIntact ? 1 : 0;
  report.sealedBySweeper += neededSweeper ? 1 : 0;
  report.pictures += findings.pictures;
  report.acknowledgedSegments += findings.acknowledgedSegments;
  report.lostSegments += findings.lostSegments;
  report.lostPictures += findings.lostPictures;
  report.undeclaredLosses += findings.undeclaredLosses;
  report.worstCrashLossMs = Math.max(report.worstCrashLossMs, findings.worstCrashLossMs);
  report.longestUnderWayMs = Math.max(report.longestUnderWayMs, findings.longestUnderWayMs);
  for (const reason of findings.declaredGaps) report.declaredGaps[reason] = (report.declaredGaps[reason] ?? 0) + 1;
  report.violations.push(...findings.violations);
  if (!isIntact) report.violations.push(`${findings.recordingId}: verify does not call it intact and complete`);
}

/** For a person: what was done, and what came of it. */
export function formatReport(report: CampaignReport): string {
  const rows: [string, string | number][] = [
    ['seed', report.seed],
    ['rounds', report.rounds],
    ['minutes', (report.elapsedSeconds / 60).toFixed(1)],
    ['kills', report.kills],
    ...entriesOf(report.faults).map(([kind, count]): [string, number] => [`  ${kind}`, count]),
    ['recordings', report.recordings],
    ['  intact and complete', report.intact],
    ['  sealed by the sweeper', report.sealedBySweeper],
    ['pictures, all exact', report.pictures],
    ['acknowledged segments', report.acknowledgedSegments],
    ['  lost', report.lostSegments],
    ['declared gaps', entriesOf(report.declaredGaps).reduce((sum, [, count]) => sum + count, 0)],
    ...entriesOf(report.declaredGaps).map(([reason, count]): [string, number] => [`  ${reason}`, count]),
    ['pictures lost to crashes and full spools', report.lostPictures],
    ['  undeclared', report.undeclaredLosses],
    ['worst loss of what was taken, at a crash (ms)', report.worstCrashLossMs],
    ['longest at one picture when it died (ms)', report.longestUnderWayMs],
    ['dead letters', report.deadLetters],
    ['violations', report.violations.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const table = rows.map(([name, value]) => `${name.padEnd(width)}${value}`);
  const kept = report.keptDirectory === undefined ? [] : [`kept: ${report.keptDirectory}`];
  return [...table, ...report.violations, ...kept].join('\n');
}

function entriesOf(counts: Readonly<Partial<Record<string, number>>>): [string, number][] {
  return Object.entries(counts).map(([name, count]) => [name, count ?? 0]);
}
