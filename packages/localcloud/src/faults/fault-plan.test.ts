import { describe, expect, test } from '@jest/globals';
import { FaultPlan, type QueueFault } from './fault-plan.ts';

const always: QueueFault = { queue: 'ingest', duplicate: 1, delay: 1, delayUpToMs: 100, lose: 1, lostForMs: 50 };

describe('the plan of faults', () => {
  test('lets everything pass until something is ordered', () => {
    const plan = new FaultPlan(
      () => 0,
      () => 0,
    );
    expect([plan.refusesStorage(), plan.isDiskFull(), plan.fateOfSent('q'), plan.lossOfReceived('q')]).toEqual([
      false,
      false,
      { copies: 1, delayMs: 0 },
      undefined,
    ]);
  });

  test('holds a fault until its time is over', () => {
    let now = 1000;
    const plan = new FaultPlan(() => now);
    plan.fillDisk(500);
    plan.slowStorage(1, 200);
    now = 1199;
    expect([plan.isDiskFull(), plan.refusesStorage()]).toEqual([true, true]);
    now = 1200;
    expect([plan.isDiskFull(), plan.refusesStorage()]).toEqual([true, false]);
    now = 1500;
    expect(plan.isDiskFull()).toBe(false);
  });

  test('lets a fault happen as often as its probability says', () => {
    const draws = [0.1, 0.29, 0.3, 0.9];
    const plan = new FaultPlan(
      () => 0,
      () => draws.shift() ?? 1,
    );
    plan.slowStorage(0.3, 1);
    expect([1, 2, 3, 4].map(() => plan.refusesStorage())).toEqual([true, true, false, false]);
  });

  test('disturbs the queues it names, whatever the case', () => {
    const plan = new FaultPlan(
      () => 0,
      () => 0.5,
    );
    plan.disturbQueue(always, 10);
    expect(plan.fateOfSent('Ingest-IngestQueue-1')).toEqual({ copies: 2, delayMs: 50 });
    expect(plan.lossOfReceived('Ingest-IngestQueue-1')).toBe(50);
    expect(plan.fateOfSent('Other')).toEqual({ copies: 1, delayMs: 0 });
    expect(plan.lossOfReceived('Other')).toBeUndefined();
  });

  test('ends everything when asked', () => {
    const plan = new FaultPlan(() => 0);
    plan.fillDisk(10);
    plan.slowStorage(1, 10);
    plan.disturbQueue(always, 10);
    plan.end();
    expect([plan.isDiskFull(), plan.refusesStorage(), plan.lossOfReceived('ingest')]).toEqual([
      false,
      false,
      undefined,
    ]);
  });
});
