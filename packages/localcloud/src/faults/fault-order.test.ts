import { describe, expect, test } from '@jest/globals';
import { readFaultOrder } from './fault-order.ts';

describe('an order of faults', () => {
  test.each([
    [{ kill: 'ingest' }, { kind: 'kill', functions: 'ingest' }],
    [{ storage: { probability: 0.5, forMs: 10 } }, { kind: 'storage', probability: 0.5, forMs: 10 }],
    [{ disk: { forMs: 10 } }, { kind: 'disk', forMs: 10 }],
    [{ end: true }, { kind: 'end' }],
    [
      { queue: { forMs: 10, duplicate: 1 } },
      {
        kind: 'queue',
        forMs: 10,
        fault: { queue: '*', duplicate: 1, delay: 0, delayUpToMs: 1000, lose: 0, lostForMs: 1000 },
      },
    ],
  ])('%j is understood', (order, expected) => {
    expect(readFaultOrder(JSON.stringify(order))).toEqual(expected);
  });

  test.each([
    ['no JSON', 'no JSON'],
    ['[]', 'must be an object'],
    ['{}', 'There is no fault'],
    ['{"flood":1}', 'There is no fault flood'],
    ['{"kill":"a","end":true}', 'one fault'],
    ['{"kill":7}', 'kill must be text'],
    ['{"storage":{"probability":2,"forMs":1}}', 'from 0 to 1'],
    ['{"storage":{"probability":1}}', 'forMs must be milliseconds'],
    ['{"disk":{"forMs":1,"extra":1}}', 'disk has no extra'],
    ['{"queue":{"forMs":1e9}}', 'at most an hour'],
  ])('%s is refused', (text, reason) => {
    expect(() => readFaultOrder(text)).toThrow(reason);
  });
});
