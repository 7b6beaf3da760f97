import { PlaybackFailure, type TimelineSegment } from './recording-source.ts';

export interface StoredSegment extends TimelineSegment {
  /** Signed for reading; the same for all segments of one object. */
  readonly url: string;
  readonly urlExpiresAtMs: number;
  readonly offset: number;
}

/** One request never asks for more, so that a seek is not held up behind it. */
const maxRangeBytes = 4 * 1024 * 1024;

interface Range {
  url: string;
  start: number;
  end: number;
  segments: StoredSegment[];
}

/** Joins neighbours of one object into as few range requests as `maxRangeBytes` allows. */
export function planRanges(segments: readonly StoredSegment[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const segment of segments) {
    const last = ranges.at(-1);
    const end = segment.offset + segment.sizeBytes;
    if (
      last !== undefined &&
      last.url === segment.url &&
      last.end === segment.offset &&
      end - last.start <= maxRangeBytes
    ) {
      last.end = end;
      last.segments.push(segment);
    } else {
      ranges.push({ url: segment.url, start: segment.offset, end, segments: [segment] });
    }
  }
  return ranges;
}

/** @throws PlaybackFailure */
export async function readRanges(
  segments: readonly StoredSegment[],
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const parts = await Promise.all(planRanges(segments).map((range) => readRange(range, fetch, signal)));
  return parts.flat();
}

async function readRange(range: Range, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Uint8Array[]> {
  const response = await get(range, fetch, signal);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const sequence = range.segments[0]?.sequence ?? 0;
  if (bytes.length !== range.end - range.start) throw new PlaybackFailure('damaged', { sequence });
  return range.segments.map(({ offset, sizeBytes }) =>
    bytes.subarray(offset - range.start, offset - range.start + sizeBytes),
  );
}

async function get(range: Range, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Response> {
  const headers = { range: `bytes=${range.start}-${range.end - 1}` };
  let response: Response;
  try {
    response = await fetch(range.url, { headers, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new PlaybackFailure('unreachable', { cause });
  }
  if (response.status === 206) return response;
  if (response.status === 403) throw new PlaybackFailure('expired');
  if (response.status === 404) throw new PlaybackFailure('not-found');
  if (response.status === 416) throw new PlaybackFailure('damaged', { sequence: range.segments[0]?.sequence ?? 0 });
  throw new PlaybackFailure('internal');
}
