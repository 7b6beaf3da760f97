/** Wakes long polls of this process when a queue may have something for them. Holds no queue state. */
export class Arrivals {
  private readonly waiting = new Map<string, Set<() => void>>();

  announce(queueName: string): void {
    for (const wake of [...(this.waiting.get(queueName) ?? [])]) wake();
  }

  /** Resolves at an announcement, after `longestMs`, or when the signal aborts. */
  wait(queueName: string, longestMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.waiting.get(queueName) ?? new Set();
      this.waiting.set(queueName, waiting);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, longestMs);
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }
}
