import { type Proof, proveRecording } from '@afterimage/recording';
import { ApiSource, type ApiSourceOptions } from '../source/api-source.ts';
import { readStoredManifest, type StoredManifest, storedBytes } from './stored-recording.ts';

/** What is known of a recording's proof. A new object only when something in it changed. */
export interface ProofState {
  /** `refused`: there is a manifest, and none of the service's keys signed it. `unread`: it could not be had. */
  readonly manifest: 'unchecked' | 'signed' | 'refused' | 'unread';
  readonly reading: 'not-begun' | 'under-way' | 'done' | 'failed';
  /** Share of the stored bytes that were verified, in whole hundredths. */
  readonly progress: number;
  readonly proof: Proof | undefined;
}

const initialState: ProofState = { manifest: 'unchecked', reading: 'not-begun', progress: 0, proof: undefined };

/** Proves one sealed recording while it is watched: its manifest at once, all of its bytes when asked. An external store. */
export class RecordingProof {
  readonly #options: ApiSourceOptions;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #stored: Promise<StoredManifest> | undefined;
  #state = initialState;

  constructor(options: ApiSourceOptions) {
    this.#options = options;
  }

  get state(): ProofState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
  }

  async checkManifest(): Promise<void> {
    try {
      const { authentic } = await this.#manifest();
      this.#tell({ manifest: authentic === undefined ? 'refused' : 'signed' });
    } catch {
      this.#stored = undefined;
      this.#tell({ manifest: 'unread' });
    }
  }

  /** Reads and verifies every byte that is stored; may be asked again after it failed. */
  async verifyAll(): Promise<void> {
    if (this.#state.reading === 'under-way' || this.#state.reading === 'done') return;
    this.#tell({ reading: 'under-way', progress: 0 });
    try {
      const { authentic, keys } = await this.#manifest();
      if (authentic === undefined) {
        this.#tell({ reading: 'failed', manifest: 'refused' });
        return;
      }
      const proof = await proveRecording({ sources: [await this.#source()], manifests: [authentic], keys });
      this.#tell({ reading: 'done', progress: 1, manifest: 'signed', proof });
    } catch {
      this.#stored = undefined;
      this.#tell({ reading: 'failed' });
    }
  }

  async #source() {
    const { signal } = this.#closing;
    const source = new ApiSource(this.#options);
    await source.refresh(signal);
    const total = source.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const onRead = (bytes: number) => this.#tell({ progress: Math.floor((bytes / Math.max(1, total)) * 100) / 100 });
    return { name: this.#options.recordingId, form: 'segments' as const, bytes: storedBytes(source, signal, onRead) };
  }

  #manifest(): Promise<StoredManifest> {
    const { api, recordingId } = this.#options;
    this.#stored ??= readStoredManifest(api, recordingId, this.#closing.signal);
    return this.#stored;
  }

  #tell(change: Partial<ProofState>): void {
    const next = { ...this.#state, ...change };
    const isSame = (Object.keys(next) as (keyof ProofState)[]).every((key) => Object.is(next[key], this.#state[key]));
    if (this.#closing.signal.aborted || isSame) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
