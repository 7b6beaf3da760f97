import { recordingStateSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LifeStep, lifeSteps, nextState } from './recording-life.ts';

const follow = (steps: readonly LifeStep[]) =>
  steps.reduce((state, step) => nextState(state, step) ?? state, recordingStateSchema.parse('live'));

describe('a recording’s life', () => {
  test.each([
    [['segments-stored', 'end-reached', 'sealed-complete'], 'complete'],
    [['fell-silent'], 'interrupted'],
    [['fell-silent', 'segments-stored'], 'live'],
    [['fell-silent', 'wait-ended', 'sealed-partial'], 'partial'],
    [['fell-silent', 'wait-ended', 'found-empty'], 'failed'],
    [['fell-silent', 'wait-ended', 'sealed-partial', 'end-reached', 'sealed-complete'], 'complete'],
    [['fell-silent', 'wait-ended', 'outgrew-its-file'], 'interrupted'],
  ] as const)('%j ends in %s', (steps, state) => {
    expect(follow(steps)).toBe(state);
  });

  test('nothing ever changes a complete recording but its erasure, and an erased one nothing at all', () => {
    expect(lifeSteps.filter((step) => nextState('complete', step) !== undefined)).toEqual(['erasure-asked']);
    expect(lifeSteps.filter((step) => nextState('erasing', step) !== undefined)).toEqual(['erasure-done']);
    expect(lifeSteps.filter((step) => nextState('erased', step) !== undefined)).toEqual([]);
  });

  test.each(['live', 'interrupted', 'sealing'] as const)('is not erased while %s', (state) => {
    expect(nextState(state, 'erasure-asked')).toBeUndefined();
  });

  test('whatever happened before but an erasure, it reaches a sealed state once its end is reached and the file is written', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lifeSteps.filter((step) => step !== 'erasure-asked'))), (steps) => {
        const state = [...steps, 'end-reached' as const, 'sealed-complete' as const].reduce(
          (current, step) => nextState(current, step) ?? current,
          recordingStateSchema.parse('live'),
        );
        expect(state).toBe('complete');
      }),
    );
  });
});
