import { describe, expect, test } from '@jest/globals';
import { readFailures } from './batch-response.ts';

describe('reading which records of a batch failed', () => {
  test.each([[null], [''], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    '%j is complete success',
    (payload) => {
      expect(readFailures({ ok: true, payload }, true)).toEqual([]);
    },
  );

  test.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: 'a' }] }],
    [{ batchItemFailures: 'a' }],
    ['text'],
  ])('%j is complete failure', (payload) => {
    expect(readFailures({ ok: true, payload }, true)).toBe('all');
  });

  test('names what the function names', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }] };
    expect(readFailures({ ok: true, payload }, true)).toEqual(['a', 'b']);
    expect(readFailures({ ok: true, payload }, false)).toEqual([]);
  });

  test("a function's error fails them all", () => {
    expect(readFailures({ ok: false, errorType: 'E', errorMessage: '', trace: [] }, true)).toBe('all');
  });
});
