import { compileSchedule } from '../events/schedule-expression.ts';
import { type ZonedClock, zonedClock } from './zoned-time.ts';

export interface ScheduleTiming {
  /** `at(2026-11-22T18:00:00)`, `rate(5 minutes)` or `cron(…)`; `at` and `cron` by the clock of the zone. */
  expression: string;
  timeZone: string;
  startMs: number | undefined;
  /** Nothing fires at or after it. */
  endMs: number | undefined;
  createdMs: number;
}

/** When a schedule is due at or after `fromMs`; undefined: never again. */
export type NextTime = (fromMs: number) => number | undefined;

/** Errors: an expression or zone that EventBridge Scheduler would not take. */
export function compileTimes(timing: ScheduleTiming): NextTime {
  const next = compileUnbounded(timing);
  const { startMs = 0, endMs = Number.POSITIVE_INFINITY } = timing;
  return (fromMs) => {
    const dueMs = next(Math.max(fromMs, startMs));
    return dueMs !== undefined && dueMs < endMs ? dueMs : undefined;
  };
}

function compileUnbounded({ expression, timeZone, startMs, createdMs }: ScheduleTiming): NextTime {
  const clock = zonedClock(timeZone);
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  if (at !== undefined) {
    const atMs = clock.fromWallMs(Date.parse(`${at}Z`));
    return (fromMs) => (atMs !== undefined && atMs >= fromMs ? atMs : undefined);
  }
  const following = compileSchedule(expression);
  return expression.startsWith('rate') ? rateTimes(following, startMs ?? createdMs) : cronTimes(following, clock);
}

/** A rate begins with its first time, unlike that of a rule, which begins one interval later. */
function rateTimes(following: (afterMs: number) => number | undefined, firstMs: number): NextTime {
  const intervalMs = (following(0) ?? 0) - 0;
  return (fromMs) => firstMs + Math.max(0, Math.ceil((fromMs - firstMs) / intervalMs)) * intervalMs;
}

/** A time that the clock jumps over is left out; one that it shows twice counts once. */
function cronTimes(following: (afterMs: number) => number | undefined, clock: ZonedClock): NextTime {
  return (fromMs) => {
    let wallMs = following(clock.toWallMs(fromMs - 1));
    while (wallMs !== undefined) {
      const instantMs = clock.fromWallMs(wallMs);
      if (instantMs !== undefined && instantMs >= fromMs) return instantMs;
      wallMs = following(wallMs);
    }
    return undefined;
  };
}
