import { type RecordingId, recordingIdSchema } from '@afterimage/contracts';

/**
 * `chunks/<recording id>/<first sequence>-<last sequence>-<16 hex of SHA-256>.chunk`, sequences in ten digits, so that
 * a listing is in sequence and the same bytes always have the same key.
 */
export interface ChunkName {
  recordingId: RecordingId;
  firstSequence: number;
  lastSequence: number;
  /** First 16 hex digits of the chunk's SHA-256. */
  digestHead: string;
}

const pattern = /^chunks\/(rec_[0-9a-z]{26})\/(\d{10})-(\d{10})-([0-9a-f]{16})\.chunk$/;

export function formatChunkKey({ recordingId, firstSequence, lastSequence, digestHead }: ChunkName): string {
  const digits = (sequence: number) => String(sequence).padStart(10, '0');
  return `chunks/${recordingId}/${digits(firstSequence)}-${digits(lastSequence)}-${digestHead}.chunk`;
}

/** Undefined for a key that is no chunk's. */
export function parseChunkKey(key: string): ChunkName | undefined {
  const match = pattern.exec(key);
  const recordingId = recordingIdSchema.safeParse(match?.[1]);
  if (match === null || !recordingId.success) return undefined;
  return {
    recordingId: recordingId.data,
    firstSequence: Number(match[2]),
    lastSequence: Number(match[3]),
    digestHead: match[4] ?? '',
  };
}

/** Where all chunks of a recording lie, those in quarantine too. */
export function chunkPrefixesOf(recordingId: RecordingId): string[] {
  return [`chunks/${recordingId}/`, `quarantine/${recordingId}/`];
}

/** Where a refused chunk is kept for a person to look at. */
export function quarantineKeyOf(chunkKey: string): string {
  return chunkKey.replace(/^chunks\//, 'quarantine/');
}
