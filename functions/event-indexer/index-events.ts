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
  type SegmentNotices,
  type StoredSegment,
} from '@afterimage/core';
import { describeError, type Log } from '../_runtime/logger.ts';
import { joinNeighbours, type SegmentRun } from './join-neighbours.ts';

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

export interface IndexedSegments {
  recordingId: RecordingId;
  /** In sequence, all of one object. */
  segments: readonly StoredSegment[];
}

/** Opens segments that say they hold events, and writes a row for each event. */
export class EventIndexer {
  readonly #dependencies: IndexEventsDependencies;
  readonly #kept = new Map<RecordingId, KeptKey>();

  constructor(dependencies: IndexEventsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Segments of one row together: they are counted by one write. What does not open now will not open later: it is logged and left. */
  async index({ recordingId, segments }: IndexedSegments, position: string): Promise<void> {
    const { events, log } = this.#dependencies;
    const lastSequence = segments.at(-1)?.sequence ?? 0;
    const dataKey = await this.#findDataKey(recordingId);
    if (dataKey === undefined) {
      log.warn('recording has no key that opens it', { recordingId, sequence: lastSequence });
      return;
    }
    const found: SegmentNotices = { events: [], marks: [], gaps: [] };
    for (const run of joinNeighbours(segments.filter(({ hasEvents }) => hasEvents))) {
      for (const notices of await this.#open(recordingId, dataKey, run)) {
        found.events.push(...notices.events);
        found.marks.push(...notices.marks);
        found.gaps.push(...notices.gaps);
      }
    }
    await events.putNotices(recordingId, { lastSequence, position }, found);
  }

  /** One read for all of a run. */
  async #open(recordingId: RecordingId, dataKey: Uint8Array, run: SegmentRun): Promise<SegmentNotices[]> {
    const { chunks, log } = this.#dependencies;
    const { objectKey, offset, sizeBytes } = run;
    const bytes = await chunks.readRange(objectKey, offset, sizeBytes);
    const opened = run.segments.map(async ({ sequence, epoch, offset: itsOffset, sizeBytes: itsSize }) => {
      const begin = itsOffset - offset;
      try {
        const place = { recordingId, epoch, sequence };
        return [await readSegmentNotices(bytes.subarray(begin, begin + itsSize), dataKey, place)];
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'RecordingFormatError') throw error;
        log.warn('segment does not open', { recordingId, sequence, ...describeError(error) });
        return [];
      }
    });
    return (await Promise.all(opened)).flat();
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
