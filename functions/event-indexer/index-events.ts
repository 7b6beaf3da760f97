import type { RecordingId } from '@afterimage/contracts';
import {
  type ChunkStore,
  type Clock,
  type DataKeyStore,
  isErased,
  type KeyUnwrapper,
  type RecordedEventStore,
  type RecordingStore,
  readDataKey,
  readSegmentNotices,
  type StoredSegment,
} from '@afterimage/core';
import { describeError, type Log } from '../_runtime/logger.ts';

export interface IndexEventsDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  keys: DataKeyStore;
  unwrapper: KeyUnwrapper;
  chunks: Pick<ChunkStore, 'readRange'>;
  events: Pick<RecordedEventStore, 'putNotices'>;
  clock: Pick<Clock, 'nowMs'>;
  log: Log;
}

/** A key is forgotten this soon, and not used at all once its recording is erased; until then a recording costs one unwrapping, not one per segment. */
const keyLifeMs = 5 * 60_000;
const maxKeptKeys = 200;

interface KeptKey {
  dataKey: Uint8Array;
  readAtMs: number;
}

/** Opens segments that say they hold events, and writes a row for each. */
export class EventIndexer {
  readonly #dependencies: IndexEventsDependencies;
  readonly #kept = new Map<RecordingId, KeptKey>();

  constructor(dependencies: IndexEventsDependencies) {
    this.#dependencies = dependencies;
  }

  /** What does not open now will not open later: it is logged and left. */
  async index(
    { recordingId, segment }: { recordingId: RecordingId; segment: StoredSegment },
    position: string,
  ): Promise<void> {
    const { chunks, events, log } = this.#dependencies;
    const { sequence, epoch, objectKey, offset, sizeBytes } = segment;
    const dataKey = await this.#findDataKey(recordingId);
    if (dataKey === undefined) {
      log.warn('recording has no key that opens it', { recordingId, sequence });
      return;
    }
    const bytes = await chunks.readRange(objectKey, offset, sizeBytes);
    const notices = await readSegmentNotices(bytes, dataKey, { recordingId, epoch, sequence }).catch(
      (error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'RecordingFormatError') throw error;
        log.warn('segment does not open', { recordingId, sequence, ...describeError(error) });
        return undefined;
      },
    );
    if (notices !== undefined) await events.putNotices(recordingId, { sequence, position }, notices);
  }

  async #findDataKey(recordingId: RecordingId): Promise<Uint8Array | undefined> {
    const nowMs = this.#dependencies.clock.nowMs();
    const kept = this.#kept.get(recordingId);
    if (kept !== undefined && nowMs - kept.readAtMs < keyLifeMs && !(await this.#isErased(recordingId))) {
      return kept.dataKey;
    }
    const dataKey = await this.#unwrap(recordingId);
    if (this.#kept.size >= maxKeptKeys) this.#kept.clear();
    if (dataKey === undefined) this.#kept.delete(recordingId);
    else this.#kept.set(recordingId, { dataKey, readAtMs: nowMs });
    return dataKey;
  }

  async #isErased(recordingId: RecordingId): Promise<boolean> {
    const recording = await this.#dependencies.recordings.find(recordingId);
    return recording === undefined || isErased(recording.state);
  }

  async #unwrap(recordingId: RecordingId): Promise<Uint8Array | undefined> {
    const { recordings, keys, unwrapper } = this.#dependencies;
    const [recording, key] = await Promise.all([recordings.find(recordingId), keys.find(recordingId)]);
    if (recording === undefined || key === undefined || isErased(recording.state)) return undefined;
    const plaintext = await unwrapper.unwrap(key);
    return plaintext === undefined ? undefined : readBoundKey(plaintext, recording);
  }
}

/** Undefined where an agent wrapped a key for another recording than it said. */
function readBoundKey(plaintext: Uint8Array, binding: Parameters<typeof readDataKey>[1]): Uint8Array | undefined {
  try {
    return readDataKey(plaintext, binding);
  } catch (error) {
    if (error instanceof Error && error.name === 'RecordingFormatError') return undefined;
    throw error;
  }
}
