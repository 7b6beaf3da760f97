import type { ApiClient } from '@afterimage/contracts';
import { useCallback, useEffect, useState } from 'react';
import { withRetries } from '../api/with-retries.ts';
import { enter } from './enter.ts';
import type { Session } from './session.ts';
import type { SignedInContext } from './session-context.tsx';

export interface Entry {
  /** Undefined until the person is known, and while they are sent to sign in. */
  context: SignedInContext | undefined;
  /** Of the last try. */
  error: unknown;
  /** It is being tried again, asked for or not. */
  isRetrying: boolean;
  retry(): void;
}

interface Failure {
  error: unknown;
  isRetrying: boolean;
}

/** The first calls of the console: what fails for a moment is tried again, and is seen to. */
export function useEntry(session: Session, api: ApiClient): Entry {
  const [context, setContext] = useState<SignedInContext>();
  const [failure, setFailure] = useState<Failure>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another entry
  useEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    withRetries(() => enter(session, api, signal), {
      signal,
      onRetry: (error) => setFailure({ error, isRetrying: true }),
    })
      .then((entered) => {
        if (signal.aborted) return;
        setContext(entered);
        setFailure(undefined);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) setFailure({ error, isRetrying: false });
      });
    return () => life.abort();
  }, [session, api, round]);
  const retry = useCallback(() => {
    setFailure((last) => last && { ...last, isRetrying: true });
    setRound((last) => last + 1);
  }, []);
  return { context, error: failure?.error, isRetrying: failure?.isRetrying === true, retry };
}
