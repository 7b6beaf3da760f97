import { makeSessionId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { addPage, type ChangedSession, emptySimulation, progressOf, toCsv, transitionsOf } from './simulation.ts';

const sessionId = makeSessionId({ nowMs: () => 0, randomBytes: (length) => new Uint8Array(length) });
const measured = { recordings: 1, screenBytesPerHour: 2, eventBytesPerHour: 1 };
const changed = (change: Partial<ChangedSession> = {}): ChangedSession => ({
  sessionId,
  user: 'mira',
  host: 'desk-7',
  startedAt: '2026-11-20T00:00:00.000Z',
  before: 'do-not-record',
  after: 'record-with-notification',
  ruleName: 'Support',
  reason: 'so',
  ...change,
});

const totals = (sessions: number) => ({ sessions, recorded: sessions, eventsOnly: 1, told: 2, bytes: 10 });

describe('a simulation', () => {
  test('adds its pages up', () => {
    const page = { before: totals(3), after: totals(5), changedCount: 7, changed: [changed()], measured };
    const result = addPage(addPage(emptySimulation, page), { ...page, reachedAt: '2026-11-01T00:00:00.000Z' });
    expect(result.before).toEqual({ sessions: 6, recorded: 6, eventsOnly: 2, told: 4, bytes: 20 });
    expect(result.after.recorded).toBe(10);
    expect(result.changedCount).toBe(14);
    expect(result.changed).toHaveLength(2);
    expect(result.reachedAt).toBe('2026-11-01T00:00:00.000Z');
  });

  test('knows how far it has come by the day that it has reached', () => {
    const nowMs = Date.parse('2026-11-22T00:00:00.000Z');
    expect(progressOf(emptySimulation, 10, nowMs)).toBe(0);
    expect(progressOf({ ...emptySimulation, reachedAt: '2026-11-17T00:00:00.000Z' }, 10, nowMs)).toBe(0.5);
    expect(progressOf({ ...emptySimulation, reachedAt: '2026-10-01T00:00:00.000Z' }, 10, nowMs)).toBe(1);
  });

  test('counts from which action to which, the most frequent first', () => {
    const other = changed({ before: 'record-without-notification' });
    expect(transitionsOf([other, changed(), changed()]).map(({ before, count }) => [before, count])).toEqual([
      ['do-not-record', 2],
      ['record-without-notification', 1],
    ]);
  });
});

describe('the downloaded table', () => {
  test('quotes what RFC 4180 wants quoted', () => {
    const [, line] = toCsv([changed({ reason: 'says “a”, "b"\nand c' })]).split('\r\n');
    expect(line).toBe(
      `${sessionId},2026-11-20T00:00:00.000Z,mira,desk-7,,do-not-record,record-with-notification,Support,"says “a”, ""b""\nand c"`,
    );
  });

  test('holds no formula for a spreadsheet to run, whoever chose the name', () => {
    expect(toCsv([changed({ user: '=HYPERLINK("x")', host: '@host' })])).toContain(`"'=HYPERLINK(""x"")",'@host,`);
  });
});
