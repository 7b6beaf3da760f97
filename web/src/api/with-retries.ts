import { ApiProblem } from '@afterimage/contracts';

/** What must not fail for a moment's trouble is tried six times, within a quarter of a minute and what it takes itself. */
const pausesMs = [500, 1000, 2000, 4000, 8000];

export interface Retries {
  /** Told of each failure that is not the last. */
  onRetry?(error: unknown): void;
  /** Ends the tries; what is going on is not waited for. */
  signal?: AbortSignal;
}

/** Runs until it succeeds, fails for good or has been tried often enough; rejects with the last error. */
export async function withRetries<T>(run: () => Promise<T>, { onRetry, signal }: Retries = {}): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      onRetry?.(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    signal?.throwIfAborted();
  }
  return run();
}

/** Out of reach, too busy or failing: not what a person or the service decided. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return true;
  const { status } = error.problem;
  return status === 0 || status === 429 || status >= 500;
}
