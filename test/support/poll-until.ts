import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 50;

/**
 * Looks again and again until there is something to see.
 * @throws Error with what was waited for when it did not come in time
 */
export async function pollUntil<T>(
  what: string,
  look: () => Promise<T | false | undefined> | T | false | undefined,
  withinMs = 20_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await pause(lookEveryMs);
  }
}
