import { describe, expect, test } from '@jest/globals';
import { compileTimes, type ScheduleTiming } from './schedule-times.ts';

const base: ScheduleTiming = {
  expression: 'rate(1 hour)',
  timeZone: 'UTC',
  startMs: undefined,
  endMs: undefined,
  createdMs: Date.parse('2026-01-01T00:10:00Z'),
};

/** The first times from `from` on, each found from just behind the one before. */
function times(timing: Partial<ScheduleTiming>, from: string, count: number): string[] {
  const next = compileTimes({ ...base, ...timing });
  const found: string[] = [];
  let dueMs = next(Date.parse(from));
  while (dueMs !== undefined && found.length < count) {
    found.push(new Date(dueMs).toISOString().replace('.000', ''));
    dueMs = next(dueMs + 1);
  }
  return found;
}

describe('the times of a schedule', () => {
  test('a rate begins when it is created, or at its start', () => {
    expect(times({}, '2026-01-01T00:10:00Z', 2)).toEqual(['2026-01-01T00:10:00Z', '2026-01-01T01:10:00Z']);
    const startMs = Date.parse('2026-01-02T12:00:00Z');
    expect(times({ startMs }, '2026-01-01T00:00:00Z', 2)).toEqual(['2026-01-02T12:00:00Z', '2026-01-02T13:00:00Z']);
  });

  test('nothing is due at its end or later', () => {
    const endMs = Date.parse('2026-01-01T02:10:00Z');
    expect(times({ endMs }, '2026-01-01T00:20:00Z', 9)).toEqual(['2026-01-01T01:10:00Z']);
  });

  test('a single time is by the clock of its zone, once', () => {
    const timing = { expression: 'at(2026-07-01T08:00:00)', timeZone: 'Europe/Berlin' };
    expect(times(timing, '2026-01-01T00:00:00Z', 9)).toEqual(['2026-07-01T06:00:00Z']);
    expect(times(timing, '2026-07-01T06:00:01Z', 9)).toEqual([]);
  });

  test('cron follows the clock of its zone through summer time', () => {
    const timing = { expression: 'cron(0 8 * * ? *)', timeZone: 'Europe/Berlin' };
    expect(times(timing, '2026-03-28T00:00:00Z', 2)).toEqual(['2026-03-28T07:00:00Z', '2026-03-29T06:00:00Z']);
  });

  test('cron leaves out a time that the clock jumps over, and counts one once that it shows twice', () => {
    const timing = { expression: 'cron(30 2 * * ? *)', timeZone: 'Europe/Berlin' };
    expect(times(timing, '2026-03-28T12:00:00Z', 1)).toEqual(['2026-03-30T00:30:00Z']);
    expect(times(timing, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
  });

  test('works in a zone with an odd offset', () => {
    const timing = { expression: 'cron(15 9 * * ? *)', timeZone: 'Asia/Kathmandu' };
    expect(times(timing, '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-01T03:30:00Z']);
  });

  test.each([[{ expression: 'at(2026-01-01)' }], [{ expression: 'every day' }], [{ timeZone: 'Moon/Crater' }]])(
    '%j is refused',
    (timing) => {
      expect(() => compileTimes({ ...base, ...timing })).toThrow();
    },
  );
});
