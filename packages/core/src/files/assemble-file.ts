import { idToBytes } from '@afterimage/contracts';
import { buildFooter, FILE_HEADER_BYTES, type SegmentIndexEntry, writeFileHeader } from '@afterimage/recording';
import { decodeBase64 } from '../encoding/base64.ts';
import { isStored } from '../recordings/stored-ranges.ts';
import type { StoredSegment } from '../recordings/stored-segment.ts';
import type { FileLayout, FilePlan, TrackedRecording } from '../recordings/tracked-recording.ts';
import type { ByteRange } from '../stores/objects.ts';
import { FileLayoutBuilder, SegmentLocator } from './locate-segments.ts';
import { readAhead } from './read-ahead.ts';

/** Reads of neighbouring segments are joined up to this size. */
const maxReadBytes = 64 * 1024 * 1024;

/**
 * Puts a file together: header, its stored segments in sequence, index footer. Only segments that the plan counts are
 * taken, so that file, manifest and row say the same. Index entries are held in memory (about 300 bytes a
 * segment), segment bytes never.
 */
export class FileAssembly {
  readonly #recording: TrackedRecording;
  readonly #plan: FilePlan;
  readonly #read: (range: ByteRange) => AsyncIterable<Uint8Array>;
  readonly #layout = new FileLayoutBuilder(FILE_HEADER_BYTES);
  readonly #entries: SegmentIndexEntry[] = [];
  #first: StoredSegment | undefined;

  constructor(recording: TrackedRecording, plan: FilePlan, read: (range: ByteRange) => AsyncIterable<Uint8Array>) {
    this.#recording = recording;
    this.#plan = plan;
    this.#read = read;
  }

  /** The file's bytes, in order; to be read to the end before `layout` is asked for. */
  async *pieces(segments: AsyncIterable<StoredSegment>): AsyncGenerator<Uint8Array> {
    let isBegun = false;
    for await (const piece of readAhead(this.#ranges(segments), this.#read)) {
      if (!isBegun && this.#first !== undefined) yield this.#header(this.#first);
      isBegun = true;
      yield piece;
    }
    yield await buildFooter(this.#entries);
  }

  /** Where the counted segments lie, neighbours joined; enters each into the index on the way. */
  async *#ranges(segments: AsyncIterable<StoredSegment>): AsyncGenerator<ByteRange> {
    const locator = new SegmentLocator(this.#recording);
    let run: ByteRange | undefined;
    for await (const segment of segments) {
      if (!isStored(this.#plan.ranges, segment.sequence)) continue;
      this.#first ??= segment;
      this.#enter(segment);
      const { offset, ...location } = locator.locate(segment);
      if (run !== undefined && canJoin(run, location.objectKey, offset, segment.sizeBytes)) {
        run = { ...run, sizeBytes: run.sizeBytes + segment.sizeBytes };
        continue;
      }
      if (run !== undefined) yield run;
      run = { location, offset, sizeBytes: segment.sizeBytes };
    }
    if (run !== undefined) yield run;
  }

  layout(): FileLayout {
    return this.#layout.finish();
  }

  #header({ sequence, previousHash }: StoredSegment): Uint8Array {
    return writeFileHeader({
      recordingId: idToBytes(this.#recording.recordingId),
      agentId: idToBytes(this.#recording.agentId),
      fileNumber: this.#plan.fileNumber,
      firstSequence: sequence,
      previousHash: decodeBase64(previousHash),
    });
  }

  #enter(segment: StoredSegment): void {
    const { sequence, epoch, startMs, endMs, sizeBytes } = segment;
    const { hasKeyBegin, hasKeyEnd, hasEvents, isFinal, isStreaming } = segment;
    this.#entries.push({
      fileNumber: this.#plan.fileNumber,
      sequence,
      offset: this.#layout.add(segment),
      lengthBytes: sizeBytes,
      epoch,
      t0Ms: startMs,
      t1Ms: endMs,
      flags: { isKeyBegin: hasKeyBegin, isKeyEnd: hasKeyEnd, hasEvents, isFinal, isStreaming },
      hash: decodeBase64(segment.hash),
    });
  }
}

function canJoin(run: ByteRange, objectKey: string, offset: number, sizeBytes: number): boolean {
  return (
    run.location.objectKey === objectKey &&
    run.offset + run.sizeBytes === offset &&
    run.sizeBytes + sizeBytes <= maxReadBytes
  );
}
