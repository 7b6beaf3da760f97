import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  getPlayback,
  listSegments,
  makePlaybackId,
  openPlayback,
  type RecordingState,
  type RouteResponse,
  releaseKeys,
} from '@afterimage/contracts';
import { epochAt, type SealedSegment, type ViewerPublicKeyJwk, wrapEpochKeyForViewer } from '@afterimage/recording';
import type { PlayerApi } from '../source/api-source.ts';
import { PlaybackFailure } from '../source/recording-source.ts';
import type { MadeRecording } from './made-recording.ts';

/** Serves a made recording as the service does: chunks while it is live, one file once it is sealed, ranges of both. */
export class SegmentServer {
  readonly #recording: MadeRecording;
  readonly #server: Server;
  readonly #viewers = new Map<string, ViewerPublicKeyJwk>();
  #endpoint = '';
  state: RecordingState = 'live';
  isSealed = false;
  stored: Set<number>;
  /** Wall clock of the service. */
  wallMs = Date.parse('2026-01-02T03:04:05.000Z');
  /** Which signatures are still good: a number that is part of every URL. */
  signedInRound = 1;
  urlLifeMs = 900_000;
  readonly requestedRanges: string[] = [];
  readonly openedPlaybacks: string[] = [];
  listCount = 0;
  /** No page is longer, whatever was asked for. */
  maxPage = 1000;
  /** Keys that were asked for apart from a playback's opening. */
  releaseCount = 0;

  constructor(recording: MadeRecording) {
    this.#recording = recording;
    this.stored = new Set(recording.segments.map(({ header }) => header.sequence));
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
    this.#endpoint = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** Keys of playbacks opened before are refused from now on. */
  expirePlaybacks(): void {
    this.#viewers.clear();
  }

  readonly api: PlayerApi = async (route, request) => {
    const given: { query?: unknown; body?: unknown; params?: unknown } = request;
    const answer: unknown = await this.#call(route.operationId, given);
    return answer as RouteResponse<typeof route>;
  };

  async #call(operationId: string, { query, body, params }: { query?: unknown; body?: unknown; params?: unknown }) {
    if (operationId === listSegments.operationId) return this.#list(listSegments.query.parse(query));
    if (operationId === openPlayback.operationId) {
      const playbackId = makePlaybackId({
        nowMs: () => this.wallMs,
        randomBytes: (n) => crypto.getRandomValues(new Uint8Array(n)),
      });
      const { viewerPublicKey, around } = openPlayback.body.parse(body);
      this.#viewers.set(playbackId, viewerPublicKey);
      this.openedPlaybacks.push(playbackId);
      const epochs = around === undefined ? [] : [epochAt(around === 'start' ? 0 : around)];
      const keys = await this.#wrap(epochs, viewerPublicKey);
      return { playbackId, expiresAt: new Date(this.wallMs).toISOString(), keys };
    }
    const { playbackId } = releaseKeys.params.omit({ recordingId: true }).parse(params);
    const viewer = this.#viewers.get(playbackId);
    if (viewer === undefined) throw new PlaybackFailure('expired');
    if (operationId === getPlayback.operationId) {
      const now = new Date(this.wallMs).toISOString();
      return { expiresAt: now, serverTime: now } satisfies RouteResponse<typeof getPlayback>;
    }
    this.releaseCount += 1;
    return { keys: await this.#wrap(releaseKeys.body.parse(body).epochs, viewer) };
  }

  #wrap(epochs: readonly number[], viewer: ViewerPublicKeyJwk) {
    const keys = epochs.map(async (epoch) => {
      const key = await this.#recording.epochKey(epoch);
      if (!(key instanceof Uint8Array)) throw new TypeError('the service holds keys as bytes');
      return { epoch, wrappedKey: Buffer.from(await wrapEpochKeyForViewer(key, viewer)).toString('base64') };
    });
    return Promise.all(keys);
  }

  #list({
    afterSequence,
    limit,
    around,
  }: ReturnType<typeof listSegments.query.parse>): RouteResponse<typeof listSegments> {
    this.listCount += 1;
    const after = around === undefined ? afterSequence : this.#keyStart(around === 'start' ? 0 : around) - 1;
    const rest = this.#segments().filter(({ header }) => header.sequence > after);
    const page = rest.slice(0, Math.min(limit, this.maxPage));
    const expiresAt = new Date(this.wallMs + this.urlLifeMs).toISOString();
    const names = this.isSealed ? ['file'] : page.map(({ header }) => `chunk-${header.sequence}`);
    let contiguousSequence = 0;
    while (this.stored.has(contiguousSequence + 1)) contiguousSequence += 1;
    return {
      state: this.state,
      durationMs: this.#segments().at(-1)?.header.t1Ms ?? 0,
      contiguousSequence,
      sources: names.map((name) => ({ url: `${this.#endpoint}/${name}?round=${this.signedInRound}`, expiresAt })),
      segments: page.map((segment, i) => ({ ...this.#describe(segment), source: this.isSealed ? 0 : i })),
      hasMore: rest.length > page.length,
      serverTime: new Date(this.wallMs).toISOString(),
    };
  }

  #keyStart(timeMs: number): number {
    return (
      this.#segments().findLast(({ header }) => header.flags.isKeyBegin && header.t0Ms <= timeMs)?.header.sequence ?? 1
    );
  }

  #describe({ header, bytes, hash }: SealedSegment) {
    const { sequence, epoch, t0Ms, t1Ms, flags } = header;
    const before = this.#segments().filter((other) => other.header.sequence < sequence);
    return {
      sequence,
      epoch,
      startMs: t0Ms,
      endMs: t1Ms,
      hasKeyBegin: flags.isKeyBegin,
      hasKeyEnd: flags.isKeyEnd,
      hasEvents: flags.hasEvents,
      isFinal: flags.isFinal,
      isStreaming: flags.isStreaming,
      hash: Buffer.from(hash).toString('base64'),
      previousHash: Buffer.from(header.previousHash).toString('base64'),
      offset: this.isSealed ? before.reduce((sum, other) => sum + other.bytes.length, 0) : 0,
      sizeBytes: bytes.length,
    };
  }

  #segments(): SealedSegment[] {
    return this.#recording.segments.filter(({ header }) => this.stored.has(header.sequence));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.#endpoint);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const object = this.#object(url.pathname.slice(1));
    const isSigned = url.searchParams.get('round') === String(this.signedInRound);
    // As S3 says it to who may not list: what is gone and what is forbidden look the same.
    if (!isSigned || object === undefined) return void response.writeHead(403).end();
    const [from, to] = [Number(range?.[1]), Number(range?.[2])];
    this.requestedRanges.push(`${url.pathname.slice(1)} ${from}-${to}`);
    response.writeHead(206).end(object.subarray(from, to + 1));
  }

  #object(name: string): Buffer | undefined {
    const segments = this.#segments();
    if (this.isSealed) return name === 'file' ? Buffer.concat(segments.map(({ bytes }) => bytes)) : undefined;
    const chunk = segments.find(({ header }) => name === `chunk-${header.sequence}`);
    return chunk === undefined ? undefined : Buffer.from(chunk.bytes);
  }
}
