import { listRecordedEvents, type RecordedEvent, type Recording } from '@afterimage/contracts';
import { useSignedIn } from '../../session/session-context.tsx';
import { usePolling } from '../../time/use-polling.ts';

const refreshIntervalMs = 3000;
/** The last events may be indexed a little after the recording has been sealed. */
const finishedIntervalMs = 60_000;
const maxEvents = 5000;

export interface RecordedEvents {
  events: readonly RecordedEvent[];
  isLoading: boolean;
  error: unknown;
}

const none: readonly RecordedEvent[] = [];

/** The events of the recording in time order, kept up to date while it grows. `isOn`: not before this is true. */
export function useRecordedEvents({ recordingId, state }: Recording, isOn: boolean): RecordedEvents {
  const { api } = useSignedIn();
  const load = async (signal: AbortSignal) => {
    const events: RecordedEvent[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
      const page = await api(listRecordedEvents, { params: { recordingId }, query }, signal);
      events.push(...page.events);
      cursor = page.cursor;
    } while (cursor !== undefined && events.length < maxEvents);
    return events;
  };
  const isFinished = state === 'complete' || state === 'partial';
  const polled = usePolling(isOn ? recordingId : undefined, load, isFinished ? finishedIntervalMs : refreshIntervalMs);
  return { events: polled.data ?? none, isLoading: polled.data === undefined && polled.isLoading, error: polled.error };
}
