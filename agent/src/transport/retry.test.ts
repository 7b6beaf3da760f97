import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../test/manual-clock.ts';
import { Backoff } from './backoff.ts';
import { retryWhileUnreachable } from './retry.ts';
import { ServiceRefusedError, ServiceUnreachableError } from './service-error.ts';

const backoff = (random = 0) => new Backoff({ firstMs: 1_000, maxMs: 8_000, random: () => random });

describe('backoff', () => {
  test('doubles up to its bound and begins anew after a success', () => {
    const waits = backoff();
    expect([1, 2, 3, 4, 5, 6].map(() => waits.nextDelayMs())).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    waits.reset();
    expect(waits.nextDelayMs()).toBe(1_000);
  });

  test('is cut at random by up to half', () => {
    expect(backoff(0.999).nextDelayMs()).toBeCloseTo(500.5);
  });
});

describe('retrying', () => {
  test('goes on until the service answers', async () => {
    const clock = new ManualClock();
    let failures = 3;
    const operation = async () => {
      if (failures-- > 0) throw new ServiceUnreachableError('down');
      return 'answer';
    };
    await expect(retryWhileUnreachable(operation, { clock, backoff: backoff(), withinMs: 60_000 })).resolves.toBe(
      'answer',
    );
    expect(clock.delays).toEqual([1_000, 2_000, 4_000]);
  });

  test('gives up rather than wait past its time', async () => {
    const clock = new ManualClock();
    const operation = () => Promise.reject(new ServiceUnreachableError('down'));
    await expect(retryWhileUnreachable(operation, { clock, backoff: backoff(), withinMs: 4_000 })).rejects.toThrow(
      'down',
    );
    expect(clock.delays).toEqual([1_000, 2_000]);
  });

  test('never repeats what was refused', async () => {
    const clock = new ManualClock();
    const operation = () => Promise.reject(new ServiceRefusedError(409, 'already-exists', 'other content'));
    await expect(retryWhileUnreachable(operation, { clock, backoff: backoff(), withinMs: 60_000 })).rejects.toThrow(
      'other content',
    );
    expect(clock.delays).toEqual([]);
  });
});
