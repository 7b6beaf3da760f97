import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinPeriods, type PeriodMark } from './noticed.ts';

const idle = (atMs: number): PeriodMark => ({ atMs, kind: 'idle', edge: 'begin' });
const active = (atMs: number): PeriodMark => ({ atMs, kind: 'idle', edge: 'end' });
const spans = (marks: PeriodMark[], endMs = 100_000) =>
  joinPeriods(marks, endMs).map((period) => [period.kind, period.atMs, period.untilMs]);

describe('joinPeriods', () => {
  test('PLY-073 joins the idle marks of each minute to one idle event that ends with activity', () => {
    expect(spans([idle(1000), idle(61_000), active(70_000), idle(90_000), active(95_000)])).toEqual([
      ['idle', 1000, 70_000],
      ['idle', 90_000, 95_000],
    ]);
  });

  test('a period that goes on reaches to the end of what is stored', () => {
    expect(spans([idle(1000)], 5000)).toEqual([['idle', 1000, 5000]]);
  });

  test('kinds do not end each other', () => {
    const marks: PeriodMark[] = [idle(1000), { atMs: 2000, kind: 'blocked', edge: 'begin' }, active(3000)];
    expect(spans(marks, 4000)).toEqual([
      ['idle', 1000, 3000],
      ['blocked', 2000, 4000],
    ]);
  });

  test('the order of arrival does not matter', () => {
    const mark = fc.record({
      atMs: fc.integer({ min: 0, max: 50 }),
      kind: fc.constantFrom('idle' as const, 'blocked' as const),
      edge: fc.constantFrom('begin' as const, 'end' as const),
    });
    const shuffled = fc
      .array(mark, { maxLength: 20 })
      .chain((marks) => fc.tuple(fc.constant(marks), fc.shuffledSubarray(marks, { minLength: marks.length })));
    fc.assert(
      fc.property(shuffled, ([marks, other]) => expect(joinPeriods(other, 60)).toEqual(joinPeriods(marks, 60))),
    );
  });
});
