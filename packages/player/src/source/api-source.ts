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
  /** Ed25519, 32 raw bytes: every segment must be signed by this device. */
  devicePublicKey: DevicePublicKey;
  justification?: string;
}

/** Signed URLs are asked for anew this long before they expire. */
const urlMarginMs = 60_000;

/** Reads a recording through the API: index pages, signed byte ranges, epoch keys wrapped to this viewer. */
export class ApiSource implements RecordingSource {
  readonly #options: ApiSourceOptions;
  readonly #keys: EpochKeyRing;
  readonly #segments: StoredSegment[] = [];

  constructor(options: ApiSourceOptions) {
    this.#options = options;
    this.#keys = new EpochKeyRing(options);
  }

  get segments(): readonly TimelineSegment[] {
    return this.#segments;
  }

  async refresh(signal: AbortSignal): Promise<RecordingState> {
    for (;;) {
      const after = this.#segments.at(-1)?.sequence ?? 0;
      const page = await this.#page(after, signal);
      this.#segments.push(...storedSegments(page));
      if (!page.hasMore) return page.state;
    }
  }

  async read(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const bytes = await this.readUnverified(from, to, signal);
    await Promise.all(bytes.map((segment, i) => this.#verify(segment, this.#segments[from + i]?.sequence ?? 0)));
    return bytes;
  }

  /** The bytes as they are stored, for those who judge them. */
  async readUnverified(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    if (this.#segments.slice(from, to).some(({ urlExpiresAtMs }) => urlExpiresAtMs < Date.now() + urlMarginMs)) {
      await this.#renewUrls(from, to, signal);
    }
    const read = () => readRanges(this.#segments.slice(from, to), this.#options.fetch, signal);
    return read().catch(async (cause) => {
      // A chunk that is gone has become part of the sealed file: ask where it is now, once.
      if (!(cause instanceof PlaybackFailure) || cause.kind !== 'not-found') throw cause;
      await this.#renewUrls(from, to, signal);
      return read();
    });
  }

  epochKey(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    return this.#keys.get(epoch, signal);
  }

  async #verify(bytes: Uint8Array, sequence: number): Promise<void> {
    try {
      await verifySegment(bytes, { publicKey: this.#options.devicePublicKey });
    } catch (cause) {
      throw new PlaybackFailure('damaged', { sequence, cause });
    }
  }

  async #renewUrls(from: number, to: number, signal: AbortSignal): Promise<void> {
    const first = this.#segments[from];
    const last = this.#segments[to - 1];
    if (first === undefined || last === undefined) return;
    for (let after = first.sequence - 1; after < last.sequence; ) {
      const page = await this.#page(after, signal);
      const renewed = storedSegments(page);
      const position = this.#segments.findIndex(({ sequence }) => sequence > after);
      for (const [i, segment] of renewed.entries()) {
        if (this.#segments[position + i]?.sequence === segment.sequence) this.#segments[position + i] = segment;
      }
      const reached = renewed.at(-1)?.sequence;
      if (reached === undefined || !page.hasMore) return;
      after = reached;
    }
  }

  #page(afterSequence: number, signal: AbortSignal): Promise<RouteResponse<typeof listSegments>> {
    const { api, recordingId } = this.#options;
    return api(listSegments, { params: { recordingId }, query: { afterSequence } }, signal);
  }
}

function storedSegments({ segments, sources }: RouteResponse<typeof listSegments>): StoredSegment[] {
  return segments.map((segment) => {
    const source = sources[segment.source];
    if (source === undefined) throw new PlaybackFailure('internal', { sequence: segment.sequence });
    return { ...segment, url: source.url, urlExpiresAtMs: Date.parse(source.expiresAt) };
  });
}
