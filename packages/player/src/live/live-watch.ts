import {
  endWatch,
  openWatch,
  type PlaybackId,
  type RecordingId,
  renewWatch,
  type WatchId,
  watchLeaseSeconds,
  watchRenewalSeconds,
} from '@afterimage/contracts';
import type { PlayerApi } from '../source/api-source.ts';
import { PlaybackFailure } from '../source/recording-source.ts';
import { Backoff } from './backoff.ts';
import type { LiveLink, Standing } from './live-link.ts';
import { NoticeSocket, type Socket } from './notice-socket.ts';

export interface LiveWatchOptions {
  recordingId: RecordingId;
  api: PlayerApi;
  /** An open playback of this viewer. */
  playbackId(signal: AbortSignal): Promise<PlaybackId>;
  connect(url: string): Socket;
  /** 0 to 1, so that viewers who were cut off together do not come back together. */
  random(): number;
}

/** Two renewals may be lost. */
const renewalsPerLease = watchLeaseSeconds / watchRenewalSeconds;
/** Told by notices, one asks only in case one was lost. */
const toldIntervalMs = 5000;
const watchedIntervalMs = 1000;
const unwatchedIntervalMs = 2000;

/**
 * Watches a recording: while it is under way it holds the lease that makes its host stream, and the socket over which
 * news come; of one that has ended it hears whether it was erased. Without the socket the lease alone goes on; without the
 * lease the recording comes at its own pace. Ticks stop while a page is hidden, and a page that nobody sees watches
 * nothing: the lease ends, and is opened again later.
 */
export class LiveWatch implements LiveLink {
  readonly #options: LiveWatchOptions;
  #watchId: WatchId | undefined;
  #socket: NoticeSocket | undefined;
  #life = new AbortController();
  #isBusy = false;
  #nextMs = 0;
  #reconnectsAtMs = 0;
  readonly #leaseBackoff: Backoff;
  readonly #socketBackoff: Backoff;
  #renewalMs = watchRenewalSeconds * 1000;
  #wasRefusedErased = false;
  isForbidden = false;

  constructor(options: LiveWatchOptions) {
    this.#options = options;
    this.#leaseBackoff = new Backoff(options.random);
    this.#socketBackoff = new Backoff(options.random);
  }

  get askIntervalMs(): number {
    if (this.#watchId === undefined) return unwatchedIntervalMs;
    return this.#socket?.isOpen === true ? toldIntervalMs : watchedIntervalMs;
  }

  get isErased(): boolean {
    return this.#wasRefusedErased || this.#socket?.isErased === true;
  }

  takeNews(): boolean {
    return this.#socket?.takeNews() === true;
  }

  tick(nowMs: number, standing: Standing): void {
    if (standing === 'over') {
      if (this.#watchId !== undefined) this.letGo();
      return;
    }
    this.#attend(nowMs);
    if (standing === 'ended') this.isForbidden = false;
    const needsChannel = this.#socket === undefined && nowMs >= this.#reconnectsAtMs;
    const isDue = nowMs >= this.#nextMs || (this.#watchId !== undefined && needsChannel);
    if (this.#isBusy || this.isForbidden || this.isErased || !isDue) return;
    this.#isBusy = true;
    this.#nextMs = nowMs + this.#renewalMs;
    this.#goOn(needsChannel, nowMs).finally(() => {
      this.#isBusy = false;
    });
  }

  letGo(): void {
    const { api, recordingId } = this.#options;
    const watchId = this.#watchId;
    this.#life.abort();
    this.#life = new AbortController();
    this.#socket?.close();
    this.#forget();
    if (watchId === undefined) return;
    // A watch that can't be ended now ends by itself.
    api(endWatch, { params: { recordingId, watchId } }, new AbortController().signal).catch(() => {});
  }

  async #goOn(needsChannel: boolean, nowMs: number): Promise<void> {
    const { signal } = this.#life;
    try {
      const url =
        this.#watchId === undefined
          ? await this.#open(nowMs, signal)
          : await this.#renew(this.#watchId, { needsChannel, nowMs }, signal);
      if (signal.aborted) return;
      this.#leaseBackoff.reset();
      if (url !== undefined) this.#socket = new NoticeSocket(this.#options.connect(url), nowMs);
    } catch (error) {
      if (!signal.aborted) this.#stumble(error, nowMs);
    }
  }

  async #open(nowMs: number, signal: AbortSignal): Promise<string | undefined> {
    const { api, recordingId, playbackId } = this.#options;
    const body = { playbackId: await playbackId(signal) };
    const { watchId, channel, leaseSeconds } = await api(openWatch, { params: { recordingId }, body }, signal);
    if (signal.aborted) return undefined;
    this.#watchId = watchId;
    this.#takeLease(leaseSeconds, nowMs);
    return channel.url;
  }

  async #renew(
    watchId: WatchId,
    { needsChannel, nowMs }: { needsChannel: boolean; nowMs: number },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { api, recordingId } = this.#options;
    const params = { recordingId, watchId };
    const { channel, leaseSeconds } = await api(renewWatch, { params, body: { needsChannel } }, signal);
    if (!signal.aborted) this.#takeLease(leaseSeconds, nowMs);
    return channel?.url;
  }

  #takeLease(leaseSeconds: number, nowMs: number): void {
    this.#renewalMs = (leaseSeconds * 1000) / renewalsPerLease;
    this.#nextMs = nowMs + this.#renewalMs;
  }

  /** A lease that is gone is opened anew; what can't be had is asked for more and more seldom. */
  #stumble(error: unknown, nowMs: number): void {
    const kind = error instanceof PlaybackFailure ? error.kind : 'internal';
    this.isForbidden = kind === 'live-forbidden';
    this.#wasRefusedErased ||= kind === 'erased';
    if (kind !== 'unreachable') {
      this.#socket?.close();
      this.#forget();
    }
    this.#nextMs = nowMs + this.#leaseBackoff.next();
  }

  #attend(nowMs: number): void {
    this.#socket?.tick(nowMs);
    if (this.#socket?.isOpen === true) this.#socketBackoff.reset();
    if (this.#socket?.isLost !== true) return;
    this.#socket = undefined;
    this.#reconnectsAtMs = nowMs + this.#socketBackoff.next();
  }

  #forget(): void {
    this.#watchId = undefined;
    this.#socket = undefined;
    this.#nextMs = 0;
  }
}
