import { keyStartFor, PlaybackFailure, type RecordingSource, Stage, segmentAt } from '@afterimage/player';
import { openSegment, type Picture } from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';

/** The exact picture at a time. @throws PlaybackFailure `not-found` when nothing of the screen is stored up to then */
export async function frameAt(source: RecordingSource, timeMs: number): Promise<Picture> {
  const signal = AbortSignal.timeout(120_000);
  const start = keyStartFor(source.segments, timeMs);
  const stage = new Stage(createNodeZstd(), { paint: () => {}, placeCursor: () => {}, clear: () => {} });
  if (start < 0) throw new PlaybackFailure('not-found');
  const end = segmentAt(source.segments, timeMs) + 1;
  const segments = await source.read(start, end, signal);
  for (const [i, bytes] of segments.entries()) {
    const segment = source.segments[start + i];
    if (segment === undefined) break;
    const records = await openSegment(bytes, await source.epochKey(segment.epoch, signal));
    for (const record of records) if (record.timeMs <= timeMs) stage.apply(segment.sequence, record);
  }
  if (stage.picture === undefined) throw new PlaybackFailure('not-found');
  return stage.picture;
}
