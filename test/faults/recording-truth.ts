import type { RecordingId } from '@afterimage/contracts';
import type { TruthEntry } from './truth-log.ts';

export interface OfferedPicture {
  readonly number: number;
  readonly isFlood: boolean;
  /** The agent had said that it has it. */
  readonly isKept: boolean;
  /** How long after it was offered the agent's process died; undefined when another picture was kept before that. */
  readonly diedAfterMs: number | undefined;
}

/** All that is known of one recording on the host's side. */
export interface RecordingTruth {
  readonly offered: readonly OfferedPicture[];
  /** Digests of all bytes that ever left the host, by sequence. */
  readonly sent: ReadonlyMap<number, ReadonlySet<string>>;
  readonly acknowledged: ReadonlySet<number>;
  readonly rejectedCount: number;
}

type Offered = Extract<TruthEntry, { kind: 'offered' }>;

/** Sorts one host's log by recording. Pictures that no recording ever had belong to the one that was under way, or to the next. */
export function truthByRecording(entries: readonly TruthEntry[]): Map<RecordingId, RecordingTruth> {
  const offered = offeredByRecording(entries);
  const kept = new Set(entries.flatMap((entry) => (entry.kind === 'kept' ? [entry.number] : [])));
  const deaths = entries.flatMap((entry) => (entry.kind === 'died' ? [entry.atMs] : []));
  const found = new Map<RecordingId, RecordingTruth>();
  for (const [recordingId, pictures] of offered) {
    const own = entries.filter((entry) => 'recordingId' in entry && entry.recordingId === recordingId);
    found.set(recordingId, {
      offered: pictures.map(({ number, isFlood, atMs }) => {
        const diedAtMs = deaths.find((deathMs) => deathMs >= atMs);
        const diedAfterMs = diedAtMs === undefined ? undefined : diedAtMs - atMs;
        return { number, isFlood, isKept: kept.has(number), diedAfterMs };
      }),
      ...segmentsOf(own),
    });
  }
  return found;
}

function offeredByRecording(entries: readonly TruthEntry[]): Map<RecordingId, Offered[]> {
  const found = new Map<RecordingId, Offered[]>();
  let current: RecordingId | undefined;
  let unclaimed: Offered[] = [];
  for (const entry of entries) {
    if (entry.kind === 'ended') current = undefined;
    if (entry.kind === 'offered') {
      if (current === undefined) unclaimed.push(entry);
      else found.get(current)?.push(entry);
    }
    if (entry.kind === 'kept' && entry.recordingId !== current) {
      current = entry.recordingId;
      found.set(current, [...(found.get(current) ?? []), ...unclaimed]);
      unclaimed = [];
    }
  }
  return found;
}

function segmentsOf(own: readonly TruthEntry[]): Omit<RecordingTruth, 'offered'> {
  const sent = new Map<number, Set<string>>();
  const acknowledged = new Set<number>();
  let rejectedCount = 0;
  for (const entry of own) {
    if (entry.kind === 'sent') sent.set(entry.sequence, (sent.get(entry.sequence) ?? new Set()).add(entry.sha256));
    if (entry.kind === 'acknowledged') {
      rejectedCount = Math.max(rejectedCount, entry.rejected);
      for (const [first, last] of entry.ranges) {
        for (let sequence = first; sequence <= last; sequence++) acknowledged.add(sequence);
      }
    }
  }
  return { sent, acknowledged, rejectedCount };
}
