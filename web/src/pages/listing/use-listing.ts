import { useState } from 'react';
import { type Polled, usePolling } from '../../time/use-polling.ts';

export interface Listed<T> {
  items: readonly T[];
  hasMore: boolean;
}

export type Listing<T> = Polled<Listed<T>> & { loadMore(): void };

/** What the service gives a batch at a time, by name; `loadMore` reaches further. `key` names what is listed. */
export function useListing<T>(
  key: string,
  loadBatch: (cursor: string | undefined, signal: AbortSignal) => Promise<{ items: readonly T[]; cursor?: string }>,
): Listing<T> {
  const [wanted, setWanted] = useState({ key, batches: 1 });
  const batches = wanted.key === key ? wanted.batches : 1;
  const load = async (signal: AbortSignal): Promise<Listed<T>> => {
    const items: T[] = [];
    let cursor: string | undefined;
    for (let batch = 0; batch < batches && (batch === 0 || cursor !== undefined); batch++) {
      const found = await loadBatch(cursor, signal);
      items.push(...found.items);
      cursor = found.cursor;
    }
    return { items, hasMore: cursor !== undefined };
  };
  const polled = usePolling(key, load, undefined);
  const loadMore = () => {
    setWanted({ key, batches: batches + 1 });
    polled.refresh();
  };
  return { ...polled, loadMore };
}
