import type { ZstdStreams } from '@afterimage/recording';
import type { LiveLink } from './live/live-link.ts';
import type { RecordingSource } from './source/recording-source.ts';
import type { PictureSink } from './stage/stage.ts';

export interface PlayerOptions {
  source: RecordingSource;
  sink: PictureSink;
  zstd: Pick<ZstdStreams, 'decompressor'>;
  /** Calls back before each repaint with a monotonic time in milliseconds; returns how to stop. */
  onTick(callback: (nowMs: number) => void): () => void;
  /** The monotonic clock that `onTick` tells the time of. */
  nowMs(): number;
  /** Tells of new segments; without it the service is asked in intervals. */
  live?: LiveLink;
  /** How often a recording that may grow is asked for more when nothing tells of it. Default 1 s. */
  liveIntervalMs?: number;
  /** How long one tick may decode; the page stays alive in between. Default 12 ms while playing, 30 ms in a seek. */
  decodeBudgetMs?: number;
}
