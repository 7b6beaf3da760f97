import { useCallback, useEffect, useRef, useState } from 'react';

export interface Polled<T> {
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
  refresh(): void;
}

/** Loads at once and again every `intervalMs` while the page is visible; keeps the last data when a load fails. */
export function usePolling<T>(load: (signal: AbortSignal) => Promise<T>, intervalMs: number): Polled<T> {
  const [state, setState] = useState<{ data: T | undefined; error: unknown; isLoading: boolean }>({
    data: undefined,
    error: undefined,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const refresh = useCallback(() => setRound((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what starts the next load
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      setState((previous) => ({ ...previous, isLoading: true }));
      try {
        const data = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ data, error: undefined, isLoading: false });
      } catch (error) {
        if (!abort.signal.aborted) setState((previous) => ({ ...previous, error, isLoading: false }));
      }
      if (!abort.signal.aborted) timer = setTimeout(whenVisible, intervalMs);
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
  }, [round, intervalMs]);

  return { ...state, refresh };
}
