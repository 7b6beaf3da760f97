import { useCallback, useEffect, useRef, useState } from 'react';

export interface Polled<T> {
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
  refresh(): void;
}

interface PolledState<T> {
  key: string | undefined;
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
}

/**
 * Loads at once and again every `intervalMs` while the page is visible (undefined: never again; or a function of what
 * was loaded); keeps the last data when a load fails. `key` names what is loaded: with another key everything begins
 * anew, without one nothing is loaded yet.
 */
export function usePolling<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  intervalMs: number | undefined | ((data: T | undefined) => number | undefined),
): Polled<T> {
  const [state, setState] = useState<PolledState<T>>(() => initial(key));
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const latestInterval = useRef(intervalMs);
  latestInterval.current = intervalMs;
  // A new function is no new interval.
  const fixedMs = typeof intervalMs === 'function' ? undefined : intervalMs;
  const refresh = useCallback(() => setRound((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what starts the next load
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (change: Partial<PolledState<T>>) => {
      if (!abort.signal.aborted) setState((now) => ({ ...(now.key === key ? now : initial<T>(key)), ...change }));
    };
    const run = async () => {
      update({ isLoading: true });
      let data: T | undefined;
      try {
        data = await latest.current(abort.signal);
        update({ data, error: undefined, isLoading: false });
      } catch (error) {
        update({ error, isLoading: false });
      }
      const interval = latestInterval.current;
      const pauseMs = typeof interval === 'function' ? interval(data) : interval;
      if (!abort.signal.aborted && pauseMs !== undefined) timer = setTimeout(whenVisible, pauseMs);
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
  }, [round, key, fixedMs]);

  return { ...(state.key === key ? state : initial<T>(key)), refresh };
}

function initial<T>(key: string | undefined): PolledState<T> {
  return { key, data: undefined, error: undefined, isLoading: true };
}
