import {
  listSegments,
  type RecordingId,
  type RecordingState,
  type RouteContract,
  type RouteRequest,
  type RouteResponse,
} from '@afterimage/contracts';
import { type DevicePublicKey, type EpochKey, verifySegment } from '@afterimage/recording';
import { EpochKeyRing } from './epoch-key-ring.ts';
import { readRanges, type StoredSegment } from './range-reader.ts';
import { PlaybackFailure, type RecordingSource, type TimelineSegment } from './recording-source.ts';

/** Calls a route of the API; rejects with a `PlaybackFailure`. */
export type PlayerApi = <R extends RouteContract>(
  route: R,
  request: Partial<RouteRequest<R>>,
  signal: AbortSignal,
) => Promise<RouteResponse<R>>;

export interface ApiSourceOptions {
  recordingId: RecordingId;
  api: PlayerApi;
  fetch: typeof globalThis.fetch;
  /** Monotonic clock in milliseconds. */
  nowMs(): number;
  /** Ed25519, 32 raw bytes: every segment must be signed by this device. */
  devicePublicKey: DevicePublicKey;
  justification?: string;
}

type SegmentPage = RouteResponse<typeof listSegments>;

/** Signed URLs are asked for anew this long before they expire. */
const urlMarginMs = 60_000;
/** Segments may arrive in any order; a live recording waits this long for one that is late, then leaves a hole. */
const lateSegmentMs = 20_000;
const pageSize = 1000;

/** Reads a recording through the API: index pages, signed byte ranges, epoch keys wrapped to this viewer. */
export class ApiSource implements RecordingSource {
  readonly #options: ApiSourceOptions;
  readonly #keys: EpochKeyRing;
  readonly #segments: StoredSegment[] = [];
  /** Since when segments are stored that follow one which is not. */
  #waitsSinceMs: number | undefined;

  constructor(options: ApiSourceOptions) {
    this.#options = options;
    this.#keys = new EpochKeyRing(options);
  }

  get segments(): readonly TimelineSegment[] {
    return this.#segments;
  }

  async refresh(signal: AbortSignal): Promise<RecordingState> {
    for (;;) {
      const page = await this.#page(this.#segments.at(-1)?.sequence ?? 0, pageSize, signal);
      const arrived = this.#arrived(page);
      this.#segments.push(...arrived);
      if (!page.hasMore || arrived.length < page.segments.length) return page.state;
    }
  }

  async read(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const bytes = await this.readUnverified(from, to, signal);
    await Promise.all(bytes.map((segment, i) => this.#verify(segment, this.#segments[from + i]?.sequence ?? 0)));
    return bytes;
  }

  /** The bytes as they are stored, for those who judge them. */
  async readUnverified(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const soonMs = this.#options.nowMs() + urlMarginMs;
    if (this.#segments.slice(from, to).some(({ urlExpiresAtMs }) => urlExpiresAtMs < soonMs)) {
      await this.#renewUrls(from, to, signal);
    }
    const read = () => readRanges(this.#segments.slice(from, to), this.#options.fetch, signal);
    return read().catch(async (cause) => {
      // A chunk that is gone has become part of the sealed file (S3 may call that forbidden): ask where it is now, once.
      if (!(cause instanceof PlaybackFailure) || !['not-found', 'expired'].includes(cause.kind)) throw cause;
      await this.#renewUrls(from, to, signal);
      return read();
    });
  }

  epochKey(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    return this.#keys.get(epoch, signal);
  }

  /** What may join the timeline, which grows at its end only. */
  #arrived(page: SegmentPage): StoredSegment[] {
    const stored = this.#storedSegments(page);
    const mayFillHoles = page.state === 'live' || page.state === 'interrupted';
    const contiguous = stored.filter(({ sequence }) => sequence <= page.contiguousSequence);
    if (!mayFillHoles || contiguous.length === stored.length) {
      this.#waitsSinceMs = undefined;
      return stored;
    }
    const nowMs = this.#options.nowMs();
    this.#waitsSinceMs = contiguous.length > 0 ? nowMs : (this.#waitsSinceMs ?? nowMs);
    return nowMs - this.#waitsSinceMs < lateSegmentMs ? contiguous : stored;
  }

  async #verify(bytes: Uint8Array, sequence: number): Promise<void> {
    try {
      const { header } = await verifySegment(bytes, { publicKey: this.#options.devicePublicKey });
      if (header.sequence !== sequence) throw new Error(`holds segment ${header.sequence}`);
    } catch (cause) {
      throw new PlaybackFailure('damaged', { sequence, cause });
    }
  }

  async #renewUrls(from: number, to: number, signal: AbortSignal): Promise<void> {
    const wanted = this.#segments.slice(from, to);
    const last = wanted.at(-1)?.sequence ?? 0;
    const renewed = new Map<number, StoredSegment>();
    for (let after = (wanted[0]?.sequence ?? 1) - 1; after < last; ) {
      const page = await this.#page(after, Math.min(pageSize, last - after), signal);
      for (const segment of this.#storedSegments(page)) renewed.set(segment.sequence, segment);
      const reached = page.segments.at(-1)?.sequence;
      if (reached === undefined || !page.hasMore) break;
      after = reached;
    }
    for (const [i, segment] of wanted.entries()) {
      this.#segments[from + i] = renewed.get(segment.sequence) ?? segment;
    }
  }

  #page(afterSequence: number, limit: number, signal: AbortSignal): Promise<SegmentPage> {
    const { api, recordingId } = this.#options;
    return api(listSegments, { params: { recordingId }, query: { afterSequence, limit } }, signal);
  }

  /** Expiry is told by the service's clock and kept in ours. */
  #storedSegments({ segments, sources, serverTime }: SegmentPage): StoredSegment[] {
    const offsetMs = this.#options.nowMs() - Date.parse(serverTime);
    return segments.map((segment) => {
      const source = sources[segment.source];
      if (source === undefined) throw new PlaybackFailure('internal', { sequence: segment.sequence });
      return { ...segment, url: source.url, urlExpiresAtMs: Date.parse(source.expiresAt) + offsetMs };
    });
  }
}
