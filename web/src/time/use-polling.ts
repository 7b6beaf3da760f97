import { useCallback, useEffect, useRef, useState } from 'react';

export interface Polled<T> {
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
  refresh(): void;
}

interface PolledState<T> {
  key: string;
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
}

/**
 * Loads at once and again every `intervalMs` while the page is visible (undefined: never again); keeps the last data
 * when a load fails. `key` names what is loaded: with another key everything begins anew.
 */
export function usePolling<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  intervalMs: number | undefined,
): Polled<T> {
  const [state, setState] = useState<PolledState<T>>(() => initial(key));
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const refresh = useCallback(() => setRound((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what starts the next load
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (change: Partial<PolledState<T>>) => {
      if (!abort.signal.aborted) setState((now) => ({ ...(now.key === key ? now : initial<T>(key)), ...change }));
    };
    const run = async () => {
      update({ isLoading: true });
      try {
        update({ data: await latest.current(abort.signal), error: undefined, isLoading: false });
      } catch (error) {
        update({ error, isLoading: false });
      }
      if (!abort.signal.aborted && intervalMs !== undefined) timer = setTimeout(whenVisible, intervalMs);
    };
    const whenVisible = () => {
      if (document.visibilityState === 'visible') void run();
      else document.addEventListener('visibilitychange', whenVisible, { once: true });
    };
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  }, [round, key, intervalMs]);

  return { ...(state.key === key ? state : initial<T>(key)), refresh };
}

function initial<T>(key: string): PolledState<T> {
  return { key, data: undefined, error: undefined, isLoading: true };
}
