import type { RecordedEvent } from '@afterimage/contracts';

/** The beginning or the end of a period; the two may lie in different segments and arrive in any order. */
export interface PeriodMark {
  atMs: number;
  kind: 'idle' | 'blocked';
  edge: 'begin' | 'end';
}

/** What one segment says that a viewer can jump to. */
export interface Noticed {
  events: RecordedEvent[];
  marks: PeriodMark[];
}

/**
 * Joins marks to periods. A begin within a period of its kind goes on with it (an idle screen marks itself each
 * minute); a period without an end reaches to `endMs`.
 */
export function joinPeriods(marks: readonly PeriodMark[], endMs: number): RecordedEvent[] {
  const sorted = [...marks].sort((a, b) => a.atMs - b.atMs || (a.edge === b.edge ? 0 : a.edge === 'end' ? -1 : 1));
  const periods = (['idle', 'blocked'] as const).flatMap((kind) => periodsOf(kind, sorted, endMs));
  return periods.sort((a, b) => a.atMs - b.atMs);
}

const texts = { idle: 'Idle', blocked: 'Blocked' } as const;

function periodsOf(kind: PeriodMark['kind'], sorted: readonly PeriodMark[], endMs: number): RecordedEvent[] {
  const periods: RecordedEvent[] = [];
  let beganMs: number | undefined;
  const close = (untilMs: number) => {
    if (beganMs === undefined) return;
    const eventId = `${kind}-${beganMs}`;
    periods.push({
      eventId,
      atMs: beganMs,
      untilMs: Math.max(beganMs, untilMs),
      kind,
      text: texts[kind],
      assertedBy: 'agent',
    });
    beganMs = undefined;
  };
  for (const mark of sorted) {
    if (mark.kind !== kind) continue;
    if (mark.edge === 'end') close(mark.atMs);
    else beganMs ??= mark.atMs;
  }
  close(endMs);
  return periods;
}
