import type { Clock } from '../time/clock.ts';
import type { Backoff } from './backoff.ts';
import { ServiceUnreachableError } from './service-error.ts';

/**
 * The one place where calls are repeated. Refusals pass through at once.
 *
 * @param withinMs no try begins later than this
 * @throws the last ServiceUnreachableError when the time is over or the signal aborts
 */
export async function retryWhileUnreachable<T>(
  operation: () => Promise<T>,
  options: { clock: Clock; backoff: Backoff; withinMs: number; signal?: AbortSignal },
): Promise<T> {
  const { clock, backoff, signal } = options;
  const deadlineMs = clock.monotonicMs() + options.withinMs;
  for (;;) {
    try {
      const result = await operation();
      backoff.reset();
      return result;
    } catch (error) {
      const waitMs = backoff.nextDelayMs();
      const isOver = signal?.aborted || clock.monotonicMs() + waitMs > deadlineMs;
      if (!(error instanceof ServiceUnreachableError) || isOver) throw error;
      await clock.delay(waitMs, signal);
    }
  }
}
