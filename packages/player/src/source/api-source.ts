import {
  listSegments,
  type PlaybackId,
  type RecordingId,
  type RecordingState,
  type RouteContract,
  type RouteRequest,
  type RouteResponse,
} from '@afterimage/contracts';
import { type DevicePublicKey, type EpochKey, verifySegment } from '@afterimage/recording';
import { durationOf, firstMissing, isDecodable, positionOf } from '../timeline/timeline.ts';
import { EpochKeyRing } from './epoch-key-ring.ts';
import type { ArrivedPage, PlaybackOpening, SegmentPage } from './playback-opening.ts';
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
  /** Service time of the first frame; without it nothing is known of how old a picture is. */
  startedAt?: string;
  justification?: string;
  /** What was asked for before anything was known of the recording. */
  opening?: PlaybackOpening | undefined;
}

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
  /** Those around one moment, as long as not all are known. */
  #around: StoredSegment[] | undefined;
  #aroundEndMs = 0;
  /** Since when segments are stored that follow one which is not. */
  #waitsSinceMs: number | undefined;
  #looksForLateMs = 0;
  /** Our clock minus the service's, at the quickest answer so far. */
  #clockOffsetMs = Number.POSITIVE_INFINITY;
  lateArrivals = 0;

  constructor(options: ApiSourceOptions) {
    this.#options = options;
    this.#keys = options.opening?.keys ?? new EpochKeyRing(options);
  }

  get segments(): readonly TimelineSegment[] {
    return this.#known;
  }

  get isWhole(): boolean {
    return this.#around === undefined;
  }

  get durationMs(): number {
    return this.isWhole ? durationOf(this.#segments) : this.#aroundEndMs;
  }

  async refreshAround(timeMs: number, signal: AbortSignal): Promise<RecordingState> {
    const page = await this.#options.opening?.takePage()?.catch(() => undefined);
    if (page === undefined) return this.refresh(signal);
    const segments = this.#storedSegments(page).filter(({ sequence }) => sequence <= page.page.contiguousSequence);
    const aroundEndMs = Math.max(page.page.durationMs, durationOf(segments));
    if (segments[0]?.sequence === 1 && !page.page.hasMore) return this.#refreshFrom(page, signal);
    if (!isDecodable(segments, Math.min(timeMs, aroundEndMs), aroundEndMs)) return this.refresh(signal);
    this.#around = segments;
    this.#aroundEndMs = aroundEndMs;
    return page.page.state;
  }

  async refresh(signal: AbortSignal): Promise<RecordingState> {
    return this.#refreshFrom(await this.#nextPage(signal), signal);
  }

  ageMs(timeMs: number): number | undefined {
    const { startedAt, nowMs } = this.#options;
    if (startedAt === undefined || !Number.isFinite(this.#clockOffsetMs)) return undefined;
    return nowMs() - this.#clockOffsetMs - Date.parse(startedAt) - timeMs;
  }

  /** Of the playback that keys are released to; opened when there is none. */
  playbackId(signal: AbortSignal): Promise<PlaybackId> {
    return this.#keys.playbackId(signal);
  }

  async read(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const wanted = this.#known.slice(from, to);
    const bytes = await this.#readBytes(wanted, signal);
    await Promise.all(bytes.map((segment, i) => this.#verify(segment, wanted[i]?.sequence ?? 0)));
    return bytes;
  }

  /** The bytes as they are stored, for those who judge them. */
  readUnverified(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    return this.#readBytes(this.#known.slice(from, to), signal);
  }

  async #readBytes(wanted: readonly StoredSegment[], signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const soonMs = this.#options.nowMs() + urlMarginMs;
    const isStale = wanted.some(({ urlExpiresAtMs }) => urlExpiresAtMs < soonMs);
    const current = isStale ? await this.#renewUrls(wanted, signal) : wanted;
    return readRanges(current, this.#options.fetch, signal).catch(async (cause) => {
      // A chunk that is gone has become part of the sealed file (S3 may call that forbidden): ask where it is now, once.
      if (!(cause instanceof PlaybackFailure) || !['not-found', 'expired'].includes(cause.kind)) throw cause;
      return readRanges(await this.#renewUrls(wanted, signal), this.#options.fetch, signal);
    });
  }

  epochKey(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    return this.#keys.get(epoch, signal);
  }

  confirm(signal: AbortSignal): Promise<void> {
    return this.#keys.confirm(signal);
  }

  forgetKeys(): void {
    this.#keys.forget();
  }

  get #known(): StoredSegment[] {
    return this.#around ?? this.#segments;
  }

  async #refreshFrom(next: ArrivedPage, signal: AbortSignal): Promise<RecordingState> {
    for (let arrivedPage = next; ; arrivedPage = await this.#nextPage(signal)) {
      const { page } = arrivedPage;
      const arrived = this.#arrived(arrivedPage);
      this.#segments.push(...arrived);
      if (page.hasMore && arrived.length === page.segments.length) continue;
      this.#around = undefined;
      await this.#fillHoles(page, signal);
      return page.state;
    }
  }

  #nextPage(signal: AbortSignal): Promise<ArrivedPage> {
    return this.#page(this.#segments.at(-1)?.sequence ?? 0, pageSize, signal);
  }

  /** What may join the timeline at its end. */
  #arrived(arrivedPage: ArrivedPage): StoredSegment[] {
    const { page } = arrivedPage;
    const stored = this.#storedSegments(arrivedPage);
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

  /** Late segments take their place as soon as nothing is missing up to them; others are looked for now and then. */
  async #fillHoles({ state, contiguousSequence }: SegmentPage, signal: AbortSignal): Promise<void> {
    const missing = firstMissing(this.#segments);
    if (missing === undefined) return;
    const nowMs = this.#options.nowMs();
    const isFilled = contiguousSequence >= missing;
    const isLastLook = state === 'complete' || state === 'partial';
    if (!isFilled && !isLastLook && nowMs < this.#looksForLateMs) return;
    this.#looksForLateMs = nowMs + lateSegmentMs / 2;
    const last = this.#segments.at(-1)?.sequence ?? 0;
    for (let after = missing - 1; after < last; ) {
      const page = await this.#page(after, Math.min(pageSize, last - after), signal);
      const late = this.#storedSegments(page).filter(({ sequence }) => sequence < last);
      this.#insert(late);
      const reached = page.page.segments.at(-1)?.sequence;
      if (reached === undefined || !page.page.hasMore) return;
      after = reached;
    }
  }

  #insert(late: readonly StoredSegment[]): void {
    let inserted = 0;
    for (const segment of late) {
      const position = positionOf(this.#segments, segment.sequence);
      if (this.#segments[position]?.sequence === segment.sequence) continue;
      this.#segments.splice(position, 0, segment);
      inserted += 1;
    }
    if (inserted > 0) this.lateArrivals += 1;
  }

  async #verify(bytes: Uint8Array, sequence: number): Promise<void> {
    try {
      const { header } = await verifySegment(bytes, { publicKey: this.#options.devicePublicKey });
      if (header.sequence !== sequence) throw new Error(`holds segment ${header.sequence}`);
    } catch (cause) {
      throw new PlaybackFailure('damaged', { sequence, cause });
    }
  }

  async #renewUrls(wanted: readonly StoredSegment[], signal: AbortSignal): Promise<readonly StoredSegment[]> {
    const last = wanted.at(-1)?.sequence ?? 0;
    const renewed = new Map<number, StoredSegment>();
    for (let after = (wanted[0]?.sequence ?? 1) - 1; after < last; ) {
      const page = await this.#page(after, Math.min(pageSize, last - after), signal);
      for (const segment of this.#storedSegments(page)) renewed.set(segment.sequence, segment);
      const reached = page.page.segments.at(-1)?.sequence;
      if (reached === undefined || !page.page.hasMore) break;
      after = reached;
    }
    const known = this.#known;
    return wanted.map((segment) => {
      const current = renewed.get(segment.sequence) ?? segment;
      const position = positionOf(known, segment.sequence);
      if (known[position]?.sequence === segment.sequence) known[position] = current;
      return current;
    });
  }

  async #page(afterSequence: number, limit: number, signal: AbortSignal): Promise<ArrivedPage> {
    const { api, recordingId, nowMs } = this.#options;
    const page = await api(listSegments, { params: { recordingId }, query: { afterSequence, limit } }, signal);
    return { page, atMs: nowMs() };
  }

  /** Expiry is told by the service's clock and kept in ours. */
  #storedSegments({ page: { segments, sources, serverTime }, atMs }: ArrivedPage): StoredSegment[] {
    const offsetMs = atMs - Date.parse(serverTime);
    this.#clockOffsetMs = Math.min(this.#clockOffsetMs, offsetMs);
    return segments.map((segment) => {
      const source = sources[segment.source];
      if (source === undefined) throw new PlaybackFailure('internal', { sequence: segment.sequence });
      return { ...segment, url: source.url, urlExpiresAtMs: Date.parse(source.expiresAt) + offsetMs };
    });
  }
}
