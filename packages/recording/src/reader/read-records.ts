import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { EpochKey } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import { openSegment } from '../segment/open-segment.ts';
import { parseSegmentHeader } from '../segment/segment-header.ts';
import { ScreenPacketAssembler } from './screen-packet-assembler.ts';
import type { SegmentIndexEntry } from './segment-index.ts';

/** Where a reader gets bytes and keys from. */
export interface SegmentAccess {
  /** Exactly the segment's bytes. */
  readonly read: (entry: SegmentIndexEntry) => Promise<Uint8Array>;
  readonly epochKey: (epoch: number) => Promise<EpochKey>;
}

/** A segment's records as they were sealed. Throws `RecordingFormatError`, also when another segment was read. */
export async function readSegment(entry: SegmentIndexEntry, access: SegmentAccess): Promise<RecordingRecord[]> {
  const bytes = await access.read(entry);
  const { sequence } = parseSegmentHeader(bytes);
  if (sequence !== entry.sequence) {
    throw new RecordingFormatError('sequence-unexpected', `segment ${sequence} where ${entry.sequence} belongs`);
  }
  return openSegment(bytes, await access.epochKey(entry.epoch));
}

/** The records of the segments in order, screen packets whole, beginning with a key image (see the assembler). */
export async function* assembleScreenPackets(
  entries: Iterable<SegmentIndexEntry>,
  access: SegmentAccess,
  assembler: ScreenPacketAssembler = new ScreenPacketAssembler(),
): AsyncGenerator<RecordingRecord, void, undefined> {
  for (const entry of entries) {
    for (const record of await readSegment(entry, access)) {
      const whole = assembler.push(entry.sequence, record);
      if (whole !== undefined) yield whole;
    }
  }
}

/** All records from `fromMs` to `toMs`, both included, screen packets whole and without the key image they may need. */
export async function* recordsBetween(
  index: readonly SegmentIndexEntry[],
  access: SegmentAccess,
  fromMs: number,
  toMs: number,
): AsyncGenerator<RecordingRecord, void, undefined> {
  const touched = index.filter((entry) => entry.t1Ms >= fromMs && entry.t0Ms <= toMs);
  for await (const record of assembleScreenPackets(touched, access, new ScreenPacketAssembler(true))) {
    if (record.timeMs >= fromMs && record.timeMs <= toMs) yield record;
  }
}
