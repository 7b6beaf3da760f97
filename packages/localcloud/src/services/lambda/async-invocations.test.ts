import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel } from '../../kernel/testing.ts';
import { AsyncInvocations } from './async-invocations.ts';

let harness: TestKernel;
let nowMs: number;
let seen: string[];
let queue: AsyncInvocations | undefined;

beforeEach(() => {
  harness = createTestKernel();
  nowMs = 1_000_000;
  seen = [];
});

afterEach(async () => {
  queue?.stop();
  await queue?.finished();
  harness.cleanup();
});

function open(invoke: (payload: string) => Promise<boolean>): AsyncInvocations {
  const kernel = { ...harness.kernel, now: () => nowMs, log: () => {} };
  queue = new AsyncInvocations({
    kernel,
    invoke: (_name, payload) => {
      seen.push(payload);
      return invoke(payload);
    },
  });
  return queue;
}

function queuedEvents(): number {
  return Number(harness.kernel.database.prepare('SELECT count(*) AS n FROM lambda_async_events').get()?.n);
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The condition did not come true within 5 s');
}

describe("a function's asynchronous queue", () => {
  test('runs an event once and forgets it', async () => {
    await open(async () => true).accept('f', '1');
    await waitFor(() => queuedEvents() === 0);
    expect(seen).toEqual(['1']);
  });

  test('tries a failed event again after one minute and after two more, then drops it', async () => {
    const failing = open(async (payload) => payload !== '1');
    failing.start();
    await failing.accept('f', '1');
    await waitFor(() => seen.length === 1);
    nowMs += 60_000;
    await waitFor(() => seen.length === 2);
    nowMs += 119_000;
    await failing.accept('f', 'another, which makes the queue be looked through');
    await waitFor(() => seen.length === 3);
    expect(seen.filter((payload) => payload === '1')).toHaveLength(2);
    nowMs += 1_000;
    await waitFor(() => seen.filter((payload) => payload === '1').length === 3);
    nowMs += 1_000_000;
    await waitFor(() => queuedEvents() === 0);
    expect(seen.filter((payload) => payload === '1')).toHaveLength(3);
  });

  test('keeps an event that a stop interrupted for the next start', async () => {
    let interrupt: (isDone: boolean) => void = () => {};
    const first = open(() => new Promise((resolve) => (interrupt = resolve)));
    await first.accept('f', '1');
    await waitFor(() => seen.length === 1);
    first.stop();
    interrupt(false);
    await first.finished();
    open(async () => true).start();
    await waitFor(() => queuedEvents() === 0);
    expect(seen).toEqual(['1', '1']);
  });
});
