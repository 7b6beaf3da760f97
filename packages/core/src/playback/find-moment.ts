import { epochAt } from '@afterimage/recording';
import type { StoredSegment } from '../recordings/stored-segment.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';
import type { SegmentStore } from '../stores/recording-stores.ts';

/** Segments that are looked at together; so many cost hardly more than one. */
const probeSize = 64;
/** Probes halve what is left at least every second time: enough for more segments than a recording may have. */
const maxProbes = 48;
/** A key image that is further back than so many probes is not looked for. */
const maxStepsBack = 4;

/** A moment in milliseconds, or where one begins to watch: at the newest of a live recording, else at its first. */
export type WantedMoment = 'start' | number;

export function momentOf(
  { state, contiguousMs, durationMs }: Pick<TrackedRecording, 'state' | 'contiguousMs' | 'durationMs'>,
  wanted: WantedMoment,
): number {
  if (wanted === 'start') return state === 'live' ? contiguousMs : 0;
  return Math.min(wanted, durationMs);
}

/** Of the key that opens the moment. */
export function epochOf(recording: Parameters<typeof momentOf>[0], wanted: WantedMoment): number {
  return epochAt(momentOf(recording, wanted));
}

export interface FindMomentInput {
  recording: Pick<TrackedRecording, 'recordingId' | 'contiguousSequence' | 'contiguousMs' | 'durationMs'>;
  segments: Pick<SegmentStore, 'list'>;
  momentMs: number;
}

/**
 * Sequence of the segment with the key image that a moment is decoded from. Where none is near, of a segment before the
 * moment that is near.
 */
export async function findKeyStart(input: FindMomentInput): Promise<number> {
  if (input.momentMs <= 0) return 1;
  let rows: readonly StoredSegment[] = (await probeMoment(input)).filter(({ startMs }) => startMs <= input.momentMs);
  for (let step = 0; step <= maxStepsBack; step++) {
    const key = rows.findLast(({ hasKeyBegin }) => hasKeyBegin);
    const first = rows[0]?.sequence ?? 1;
    if (key !== undefined || first === 1 || step === maxStepsBack) return key?.sequence ?? first;
    rows = await list(input, Math.max(0, first - 1 - probeSize), first - 1);
    if (rows.length === 0) return first;
  }
  return 1;
}

interface Place {
  readonly sequence: number;
  readonly startMs: number;
}

/** Neighbours of which the moment is one, or the last ones before it. The guess supposes segments of like length. */
async function probeMoment(input: FindMomentInput): Promise<readonly StoredSegment[]> {
  const { recording, momentMs } = input;
  let low: Place = { sequence: 0, startMs: 0 };
  let high: Place = { sequence: recording.contiguousSequence + 1, startMs: recording.contiguousMs };
  // What lies behind a hole is looked for from the hole on.
  if (momentMs >= high.startMs) return list(input, Math.max(0, high.sequence - 1 - probeSize / 2));
  for (let probe = 0; probe < maxProbes && high.sequence - low.sequence > 1; probe++) {
    const share = probe % 2 === 0 ? (momentMs - low.startMs) / Math.max(1, high.startMs - low.startMs) : 0.5;
    const guess = low.sequence + Math.floor((high.sequence - low.sequence) * share);
    const rows = await list(input, Math.max(0, guess - probeSize / 2));
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    if (first.startMs > momentMs) high = first;
    else if (last.startMs <= momentMs && rows.length === probeSize) low = last;
    else return rows;
  }
  return list(input, Math.max(0, low.sequence - probeSize), low.sequence);
}

async function list(
  { segments, recording }: FindMomentInput,
  afterSequence: number,
  lastSequence = Number.POSITIVE_INFINITY,
): Promise<readonly StoredSegment[]> {
  const rows = await segments.list(recording.recordingId, { afterSequence, limit: probeSize });
  return rows.filter(({ sequence }) => sequence <= lastSequence);
}
