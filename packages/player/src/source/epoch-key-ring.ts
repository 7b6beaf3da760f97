import {
  getPlayback,
  openPlayback,
  type PlaybackId,
  type RecordingId,
  type RouteResponse,
  releaseKeys,
} from '@afterimage/contracts';
import { createViewerKeyPair, type EpochKey, unwrapEpochKey, type ViewerKeyPair } from '@afterimage/recording';
import type { PlayerApi } from './api-source.ts';
import { base64ToBytes } from './base64.ts';
import { PlaybackFailure } from './recording-source.ts';

export interface EpochKeyRingOptions {
  recordingId: RecordingId;
  api: PlayerApi;
  justification?: string;
  /** A pair for one playback alone. Default: makes one. */
  viewerKeyPair?: () => Promise<ViewerKeyPair>;
}

interface Playback {
  playbackId: PlaybackId;
  keyPair: ViewerKeyPair;
}

type WrappedKeys = RouteResponse<typeof openPlayback>['keys'];

/** Asks for the key of an epoch when it is needed and not before: each release is one line in the audit. */
export class EpochKeyRing {
  readonly #options: EpochKeyRingOptions;
  readonly #keys = new Map<number, Promise<EpochKey>>();
  #playback: Promise<Playback> | undefined;
  /** Keys that come with the playback that is being opened. */
  #first: Promise<ReadonlyMap<number, EpochKey>> | undefined;

  constructor(options: EpochKeyRingOptions) {
    this.#options = options;
  }

  /** Opens the playback and has the key of a moment released with it. What fails is asked for again when needed. */
  begin(around: number | 'start', signal: AbortSignal): void {
    const opened = this.#open(signal, around);
    this.#keep(opened.then(({ playback }) => playback));
    this.#first = opened.then(({ playback, keys }) => unwrapAll(keys, playback));
    this.#first.catch(() => undefined);
  }

  get(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const known = this.#keys.get(epoch);
    if (known !== undefined) return known;
    const key = this.#firstOrReleased(epoch, signal);
    this.#keys.set(epoch, key);
    key.catch(() => {
      if (this.#keys.get(epoch) === key) this.#keys.delete(epoch);
    });
    return key;
  }

  /** Keys, and the pair that they were wrapped to. */
  forget(): void {
    this.#keys.clear();
    this.#first = undefined;
    this.#playback = undefined;
  }

  async playbackId(signal: AbortSignal): Promise<PlaybackId> {
    return (await this.#current(signal)).playbackId;
  }

  /** Of a playback that is over by its time another is opened, and by that the right asked for. @throws PlaybackFailure */
  async confirm(signal: AbortSignal): Promise<void> {
    const playback = this.#playback;
    const opened = await playback?.catch(() => undefined);
    if (opened === undefined) return;
    const { api, recordingId } = this.#options;
    try {
      await api(getPlayback, { params: { recordingId, playbackId: opened.playbackId } }, signal);
    } catch (error) {
      if (!(error instanceof PlaybackFailure) || error.kind !== 'expired') throw error;
      if (this.#playback === playback) this.#playback = undefined;
      await this.#current(signal);
    }
  }

  /** Which epoch comes with the playback is known when it is there. */
  async #firstOrReleased(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const first = await this.#first?.catch(() => undefined);
    return first?.get(epoch) ?? this.#release(epoch, signal);
  }

  /** A playback lasts a working day: who watches longer opens another. */
  async #release(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const playback = this.#current(signal);
    try {
      return await this.#ask(await playback, epoch, signal);
    } catch (error) {
      if (!(error instanceof PlaybackFailure) || error.kind !== 'expired') throw error;
      if (this.#playback === playback) this.#playback = undefined;
      return this.#ask(await this.#current(signal), epoch, signal);
    }
  }

  #current(signal: AbortSignal): Promise<Playback> {
    return this.#playback ?? this.#keep(this.#open(signal).then(({ playback }) => playback));
  }

  #keep(opening: Promise<Playback>): Promise<Playback> {
    this.#playback = opening;
    opening.catch(() => {
      if (this.#playback === opening) this.#playback = undefined;
    });
    return opening;
  }

  async #ask(playback: Playback, epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const { api, recordingId } = this.#options;
    const params = { recordingId, playbackId: playback.playbackId };
    const { keys } = await api(releaseKeys, { params, body: { epochs: [epoch] } }, signal);
    const key = (await unwrapAll(keys, playback)).get(epoch);
    if (key === undefined) throw new PlaybackFailure('internal');
    return key;
  }

  async #open(signal: AbortSignal, around?: number | 'start'): Promise<{ playback: Playback; keys: WrappedKeys }> {
    const { api, recordingId, justification, viewerKeyPair = createViewerKeyPair } = this.#options;
    const keyPair = await viewerKeyPair();
    const { kty, n } = keyPair.publicKeyJwk;
    const body = {
      // Every viewer key has the one public exponent that is accepted, 65537.
      viewerPublicKey: { kty, n, e: 'AQAB' as const },
      ...(justification === undefined ? {} : { justification }),
      ...(around === undefined ? {} : { around }),
    };
    const { playbackId, keys } = await api(openPlayback, { params: { recordingId }, body }, signal);
    return { playback: { playbackId, keyPair }, keys };
  }
}

async function unwrapAll(keys: WrappedKeys, { keyPair }: Playback): Promise<ReadonlyMap<number, EpochKey>> {
  const unwrapped = keys.map(async ({ epoch, wrappedKey }) => {
    return [epoch, await unwrapEpochKey(base64ToBytes(wrappedKey), keyPair.privateKey)] as const;
  });
  return new Map(await Promise.all(unwrapped));
}
