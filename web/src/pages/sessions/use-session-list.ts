import { listSessions, type Session } from '@afterimage/contracts';
import { useState } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';
import { type Polled, usePolling } from '../../time/use-polling.ts';

const refreshIntervalMs = 5000;
/** The most that the service gives at once. */
const batchSize = 200;

export interface SessionFilter {
  /** Whole names, as the service compares them; empty: all. */
  user: string;
  host: string;
}

export interface SessionList {
  sessions: readonly Session[];
  hasMore: boolean;
}

/** Active sessions, newest first and kept up to date; `loadMore` reaches further back. */
export function useSessionList({ user, host }: SessionFilter): Polled<SessionList> & { loadMore(): void } {
  const { api } = useSignedIn();
  const [batches, setBatches] = useState(1);
  const load = async (signal: AbortSignal): Promise<SessionList> => {
    const sessions: Session[] = [];
    const named = { ...(user === '' ? {} : { user }), ...(host === '' ? {} : { host }) };
    let cursor: string | undefined;
    for (let batch = 0; batch < batches && (batch === 0 || cursor !== undefined); batch++) {
      const from = cursor === undefined ? {} : { cursor };
      const query = { state: 'active' as const, limit: batchSize, ...named, ...from };
      const page = await api(listSessions, { query }, signal);
      sessions.push(...page.sessions);
      cursor = page.cursor;
    }
    return { sessions, hasMore: cursor !== undefined };
  };
  const polled = usePolling(JSON.stringify([user, host]), load, refreshIntervalMs);
  const loadMore = () => {
    setBatches((now) => now + 1);
    polled.refresh();
  };
  return { ...polled, loadMore };
}
