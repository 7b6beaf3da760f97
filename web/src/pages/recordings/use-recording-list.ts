import { listRecordings, type Recording, type RecordingState } from '@afterimage/contracts';
import { useState } from 'react';
import { useSignedIn } from '../../session/session-context.tsx';
import { type Polled, usePolling } from '../../time/use-polling.ts';
import { rememberListed } from '../player/listed-recordings.ts';

const refreshIntervalMs = 3000;
/** The most that the service gives at once. */
const batchSize = 200;

export interface RecordingList {
  recordings: readonly Recording[];
  hasMore: boolean;
  /** The service's clock minus this one's. */
  serviceAheadMs: number;
}

/** The newest recordings, kept up to date; `loadMore` reaches further back. */
export function useRecordingList(state: RecordingState | undefined): Polled<RecordingList> & { loadMore(): void } {
  const { api } = useSignedIn();
  const [batches, setBatches] = useState(1);
  const load = async (signal: AbortSignal): Promise<RecordingList> => {
    const recordings: Recording[] = [];
    let cursor: string | undefined;
    let serviceAheadMs = 0;
    for (let batch = 0; batch < batches && (batch === 0 || cursor !== undefined); batch++) {
      const where = { ...(state === undefined ? {} : { state }), ...(cursor === undefined ? {} : { cursor }) };
      const page = await api(listRecordings, { query: { limit: batchSize, ...where } }, signal);
      recordings.push(...page.recordings);
      cursor = page.cursor;
      serviceAheadMs = Date.parse(page.serverTime) - Date.now();
    }
    rememberListed(recordings);
    return { recordings, hasMore: cursor !== undefined, serviceAheadMs };
  };
  const polled = usePolling(`${state ?? 'all'}`, load, refreshIntervalMs);
  const loadMore = () => {
    setBatches((now) => now + 1);
    polled.refresh();
  };
  return { ...polled, loadMore };
}
