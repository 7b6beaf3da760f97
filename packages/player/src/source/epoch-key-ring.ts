import { openPlayback, type PlaybackId, type RecordingId, releaseKeys } from '@afterimage/contracts';
import { createViewerKeyPair, type EpochKey, unwrapEpochKey, type ViewerKeyPair } from '@afterimage/recording';
import type { PlayerApi } from './api-source.ts';
import { base64ToBytes } from './base64.ts';
import { PlaybackFailure } from './recording-source.ts';

export interface EpochKeyRingOptions {
  recordingId: RecordingId;
  api: PlayerApi;
  justification?: string;
}

interface Playback {
  playbackId: PlaybackId;
  keyPair: ViewerKeyPair;
}

/** Asks for the key of an epoch when it is needed and not before: each release is one line in the audit. */
export class EpochKeyRing {
  readonly #options: EpochKeyRingOptions;
  readonly #keys = new Map<number, Promise<EpochKey>>();
  #playback: Promise<Playback> | undefined;
  /** For the first playback: making it takes as long as several requests, so it begins beside them. */
  #preparedPair: Promise<ViewerKeyPair> | undefined;

  constructor(options: EpochKeyRingOptions) {
    this.#options = options;
    this.#preparedPair = createViewerKeyPair();
    this.#preparedPair.catch(() => undefined);
  }

  get(epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const known = this.#keys.get(epoch);
    if (known !== undefined) return known;
    const key = this.#release(epoch, signal);
    this.#keys.set(epoch, key);
    key.catch(() => this.#keys.delete(epoch));
    return key;
  }

  /** Keys, and the pair that they were wrapped to. */
  forget(): void {
    this.#keys.clear();
    this.#playback = undefined;
    this.#preparedPair = undefined;
  }

  async playbackId(signal: AbortSignal): Promise<PlaybackId> {
    return (await this.#current(signal)).playbackId;
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
    if (this.#playback !== undefined) return this.#playback;
    const opening = this.#open(signal);
    this.#playback = opening;
    opening.catch(() => {
      if (this.#playback === opening) this.#playback = undefined;
    });
    return opening;
  }

  async #ask({ playbackId, keyPair }: Playback, epoch: number, signal: AbortSignal): Promise<EpochKey> {
    const { api, recordingId } = this.#options;
    const { keys } = await api(releaseKeys, { params: { recordingId, playbackId }, body: { epochs: [epoch] } }, signal);
    const wrapped = keys.find((key) => key.epoch === epoch)?.wrappedKey;
    if (wrapped === undefined) throw new PlaybackFailure('internal');
    return unwrapEpochKey(base64ToBytes(wrapped), keyPair.privateKey);
  }

  async #open(signal: AbortSignal): Promise<Playback> {
    const { api, recordingId, justification } = this.#options;
    const prepared = this.#preparedPair ?? createViewerKeyPair();
    this.#preparedPair = undefined;
    const keyPair = await prepared;
    const { kty, n } = keyPair.publicKeyJwk;
    // Every viewer key has the one public exponent that is accepted, 65537.
    const viewerPublicKey = { kty, n, e: 'AQAB' as const };
    const body = { viewerPublicKey, ...(justification === undefined ? {} : { justification }) };
    const { playbackId } = await api(openPlayback, { params: { recordingId }, body }, signal);
    return { playbackId, keyPair };
  }
}
