import { createHash } from 'node:crypto';
import type { ApiClient, Recording, RecordingId } from '@afterimage/contracts';
import { openSegment, ScreenDecoder, ScreenPacketAssembler } from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { openRecording } from '../../cli/src/playback/open-source.ts';
import { hashPicture } from './drawn-pictures.ts';

export type StoredItem =
  | { readonly kind: 'picture'; readonly hash: string }
  | { readonly kind: 'gap' | 'end'; readonly reason: string }
  /** What moves too much is recorded once a second between the two. */
  | { readonly kind: 'rate-reduced'; readonly reason: 'begin' | 'end' };

/** What a viewer gets of a recording, through the routes of playback. */
export interface StoredRecording {
  readonly recording: Recording;
  /** SHA-256 of each segment's bytes, by sequence. */
  readonly segments: ReadonlyMap<number, string>;
  /** Every picture, and every loss that the recording declares, in order. */
  readonly items: readonly StoredItem[];
}

const segmentsAtOnce = 64;
const readWithinMs = 120_000;

/** @throws when a segment is not signed by the device, cannot be opened, or a picture does not match its checksum */
export async function readStoredRecording(api: ApiClient, recordingId: RecordingId): Promise<StoredRecording> {
  const { recording, source } = await openRecording(api, recordingId);
  const segments = new Map<number, string>();
  const items: StoredItem[] = [];
  const assembler = new ScreenPacketAssembler();
  const decoder = new ScreenDecoder({ zstd: createNodeZstd() });
  const signal = AbortSignal.timeout(readWithinMs);
  for (let from = 0; from < source.segments.length; from += segmentsAtOnce) {
    const read = await source.read(from, from + segmentsAtOnce, signal);
    for (const [i, bytes] of read.entries()) {
      const segment = source.segments[from + i];
      if (segment === undefined) throw new Error('more segments were read than are listed');
      segments.set(segment.sequence, createHash('sha256').update(bytes).digest('base64url'));
      for (const part of await openSegment(bytes, await source.epochKey(segment.epoch, signal))) {
        const record = assembler.push(segment.sequence, part);
        if (record?.type === 'screen') {
          items.push({ kind: 'picture', hash: hashPicture(decoder.decode(record.bytes).picture.pixels) });
        } else if (record?.type === 'gap' || record?.type === 'end') {
          items.push({ kind: record.type, reason: record.reason });
        } else if (record?.type === 'rate-reduced') {
          items.push({ kind: record.type, reason: record.phase });
        }
      }
    }
  }
  decoder.close();
  return { recording, segments, items };
}
