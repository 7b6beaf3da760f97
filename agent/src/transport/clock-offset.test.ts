import { describe, expect, test } from '@jest/globals';
import { ClockOffset } from './clock-offset.ts';

const hourMs = 3_600_000;
const serverMs = Date.parse('2026-11-22T12:00:00.000Z');

describe('the clock offset', () => {
  test('is the host clock in the middle of the request, minus the server time', () => {
    const offset = new ClockOffset();
    offset.learnFromServerTime('2026-11-22T12:00:00.000Z', serverMs + hourMs - 100, serverMs + hourMs + 300);
    expect(offset.offsetMs).toBe(hourMs + 100);
    expect(offset.toServiceMs(serverMs + hourMs + 100)).toBe(serverMs);
  });

  test('is learned from the Date header of a refusal', () => {
    const offset = new ClockOffset();
    offset.learnFromDateHeader('Sun, 22 Nov 2026 12:00:00 GMT', serverMs - hourMs, serverMs - hourMs);
    expect(offset.offsetMs).toBe(-hourMs - 500);
  });

  test('is not made worse by a header that has whole seconds only', () => {
    const offset = new ClockOffset(40);
    offset.learnFromDateHeader('Sun, 22 Nov 2026 12:00:00 GMT', serverMs + 900, serverMs + 950);
    expect(offset.offsetMs).toBe(40);
  });

  test.each([null, 'yesterday'])('stays when the header is %p', (header) => {
    const offset = new ClockOffset(40);
    offset.learnFromDateHeader(header, serverMs, serverMs);
    expect(offset.offsetMs).toBe(40);
  });
});
