import type { RecordingRecord } from '@afterimage/recording';
import { describe, expect, test } from '@jest/globals';
import { noticeRecords } from './notice-records.ts';
import { joinPeriods } from './noticed.ts';

describe('what segments say', () => {
  test('PLY-075 an idle period begins when the session fell still, though that is known only later', () => {
    const records: RecordingRecord[] = [
      { type: 'mark', timeMs: 40_250, activity: 'idle', sinceMs: 10_000 },
      { type: 'mark', timeMs: 100_250, activity: 'idle', sinceMs: 10_000 },
      { type: 'mark', timeMs: 120_000, activity: 'active' },
      { type: 'mark', timeMs: 151_000, activity: 'idle', sinceMs: 120_000 },
    ];
    const periods = joinPeriods(noticeRecords(records, 1).marks, 160_000);
    expect(periods.map(({ atMs, untilMs }) => [atMs, untilMs])).toEqual([
      [10_000, 120_000],
      [120_000, 160_000],
    ]);
  });

  test.each(['machine-suspended', 'journal-damaged', 'spool-full', 'agent-died'] as const)(
    'a gap keeps its reason: %s',
    (reason) => {
      const { gaps } = noticeRecords([{ type: 'gap', timeMs: 9, fromMs: 1, toMs: 9, reason }], 1);
      expect(gaps).toEqual([{ fromMs: 1, toMs: 9, reason }]);
    },
  );
});
