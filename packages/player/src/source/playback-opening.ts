import { listSegments, type RecordingId, type RouteResponse } from '@afterimage/contracts';
import type { ViewerKeyPair } from '@afterimage/recording';
import type { PlayerApi } from './api-source.ts';
import { EpochKeyRing } from './epoch-key-ring.ts';

export type SegmentPage = RouteResponse<typeof listSegments>;

/** A page of the index, and when it came by the clock of this machine. */
export interface ArrivedPage {
  readonly page: SegmentPage;
  readonly atMs: number;
}

export interface PlaybackOpeningOptions {
  recordingId: RecordingId;
  api: PlayerApi;
  /** Monotonic clock in milliseconds. */
  nowMs(): number;
  /** The moment that is shown first; undefined: where one begins to watch. */
  atMs?: number | undefined;
  justification?: string;
  /** A pair for this playback alone. Default: makes one. */
  viewerKeyPair?: () => Promise<ViewerKeyPair>;
}

/** Segments from the key image on: that of the moment, and what plays next. */
const segmentsAround = 100;

/**
 * What the first picture needs, asked for side by side and before anything is known of the recording: a playback with
 * the key of the moment, and the index around it.
 */
export class PlaybackOpening {
  readonly keys: EpochKeyRing;
  readonly #life = new AbortController();
  #page: Promise<ArrivedPage> | undefined;

  constructor(options: PlaybackOpeningOptions) {
    const { recordingId, api, nowMs, atMs } = options;
    const around = atMs ?? 'start';
    this.keys = new EpochKeyRing(options);
    this.keys.begin(around, this.#life.signal);
    const query = { around, limit: segmentsAround };
    const asked = api(listSegments, { params: { recordingId }, query }, this.#life.signal);
    this.#page = asked.then((page) => ({ page, atMs: nowMs() }));
    this.#page.catch(() => undefined);
  }

  /** The page, once: what it says is not true for long. Undefined when it was taken before. */
  takePage(): Promise<ArrivedPage> | undefined {
    const page = this.#page;
    this.#page = undefined;
    return page;
  }

  close(): void {
    this.#life.abort();
  }
}
