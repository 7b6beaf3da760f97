import { describe, expect, test } from '@jest/globals';
import { compileSchedule } from './schedule-expression.ts';

describe('a schedule', () => {
  test.each([
    ['rate(1 minute)', '2026-01-01T00:00:30Z', '2026-01-01T00:01:30Z'],
    ['rate(2 days)', '2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'],
    ['cron(0 12 * * ? *)', '2026-01-01T12:00:00Z', '2026-01-02T12:00:00Z'],
    ['cron(0/15 * * * ? *)', '2026-01-01T12:16:00Z', '2026-01-01T12:30:00Z'],
    ['cron(5,35 8-10 * * ? *)', '2026-01-01T10:35:00Z', '2026-01-02T08:05:00Z'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z', '2026-01-05T18:00:00Z'],
    ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z', '2026-02-01T08:00:00Z'],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00Z'],
    ['cron(0 0 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T00:00:00Z'],
    ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00Z', '2026-08-03T00:00:00Z'],
    ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00Z', '2026-01-30T00:00:00Z'],
    ['cron(0 0 ? * TUE#2 *)', '2026-01-01T00:00:00Z', '2026-01-13T00:00:00Z'],
    ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(0 0 1 1 ? 2030)', '2026-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
  ])('%s after %s is due at %s', (expression, after, due) => {
    const nextMs = compileSchedule(expression)(Date.parse(after));
    expect(new Date(nextMs ?? 0).toISOString()).toBe(new Date(due).toISOString());
  });

  test('a date in the past is never due again', () => {
    expect(compileSchedule('cron(0 0 1 1 ? 2020)')(Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  test.each([
    ['rate(1 minutes)'],
    ['rate(5 minute)'],
    ['rate(0 minutes)'],
    ['rate(5 weeks)'],
    ['cron(0 12 * * * *)'],
    ['cron(0 12 ? * ? *)'],
    ['cron(60 12 * * ? *)'],
    ['cron(0 12 * * ?)'],
    ['cron(0 12 * FOO ? *)'],
    ['every minute'],
  ])('%s is refused', (expression) => {
    expect(() => compileSchedule(expression)).toThrow(/ScheduleExpression is not valid/);
  });
});
