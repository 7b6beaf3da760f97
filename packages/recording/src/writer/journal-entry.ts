import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { RecordingRecord } from '../records/record.ts';
import { decodeRecords, encodeRecord } from '../records/record-codec.ts';
import type { SegmentPlan, WriterCheckpoint } from './segment-plan.ts';

export type JournalEntry =
  | { readonly kind: 'record'; readonly ordinal: number; readonly record: RecordingRecord }
  | { readonly kind: 'plan'; readonly plan: SegmentPlan }
  | { readonly kind: 'checkpoint'; readonly checkpoint: WriterCheckpoint };

const RECORD = 1;
const PLAN = 2;
const CHECKPOINT = 3;

/** `1 | ordinal u64 | time u64 | record frame`, or `2 | JSON of a plan`, or `3 | JSON of a checkpoint`. */
export function encodeJournalEntry(entry: JournalEntry): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  switch (entry.kind) {
    case 'record': {
      const { timeMs } = entry.record;
      writer.u8(RECORD).u53(entry.ordinal).u53(timeMs).bytes(encodeRecord(entry.record, timeMs));
      break;
    }
    case 'plan':
      writer.u8(PLAN).bytes(encodeJson(entry.plan));
      break;
    case 'checkpoint':
      writer.u8(CHECKPOINT).bytes(encodeJson(entry.checkpoint));
      break;
  }
  return writer.finish();
}

/** Throws `RecordingFormatError` (`record-malformed`) on an entry of another version. */
export function decodeJournalEntry(bytes: Uint8Array): JournalEntry {
  try {
    return readEntry(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof RecordingFormatError) throw error;
    if (!(error instanceof MalformedBytesError || error instanceof SyntaxError)) throw error;
    throw new RecordingFormatError('record-malformed', 'not a journal entry', { cause: error });
  }
}

function readEntry(reader: ByteReader): JournalEntry {
  const kind = reader.u8();
  if (kind === RECORD) return readRecordEntry(reader);
  if (kind === PLAN) return { kind: 'plan', plan: readJson(reader) as SegmentPlan };
  if (kind === CHECKPOINT) return { kind: 'checkpoint', checkpoint: readJson(reader) as WriterCheckpoint };
  throw new RecordingFormatError('record-malformed', `journal entry of kind ${kind}`);
}

function readRecordEntry(reader: ByteReader): JournalEntry {
  const ordinal = reader.u53();
  const timeMs = reader.u53();
  const [record, ...more] = decodeRecords(reader.bytes(reader.remaining), timeMs, timeMs);
  if (record === undefined || more.length > 0) {
    throw new RecordingFormatError('record-malformed', 'a journal entry holds one record');
  }
  return { kind: 'record', ordinal, record };
}

/** Journal entries are authenticated, so their JSON is what this package wrote; only its version may differ. */
function readJson(reader: ByteReader): { version: 1 } {
  const value: unknown = JSON.parse(new TextDecoder().decode(reader.bytes(reader.remaining)));
  if (typeof value === 'object' && value !== null && 'version' in value && value.version === 1) {
    return value as { version: 1 };
  }
  throw new RecordingFormatError('unsupported-version', 'a plan or checkpoint of another version');
}

function encodeJson(value: SegmentPlan | WriterCheckpoint): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
