import { describe, expect, test } from '@jest/globals';
import { inWinningOrder } from './winning-order.ts';

describe('the order in which rules win', () => {
  test('POL-048, POL-049: is by the rank of the action, and of equal ones the oldest stands first', () => {
    const rules = [
      { name: 'silent events', action: 'record-events-without-notification' as const },
      { name: 'silent screen', action: 'record-without-notification' as const },
      { name: 'older told screen', action: 'record-with-notification' as const },
      { name: 'told events', action: 'record-events-with-notification' as const },
      { name: 'none', action: 'do-not-record' as const },
      { name: 'younger told screen', action: 'record-with-notification' as const },
    ];
    expect(inWinningOrder(rules).map(({ name }) => name)).toEqual([
      'none',
      'older told screen',
      'younger told screen',
      'told events',
      'silent screen',
      'silent events',
    ]);
  });
});
