import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { buildFooter, readFooter, readTrailer, TRAILER_BYTES } from '../file/file-footer.ts';
import { FILE_HEADER_BYTES, writeFileHeader } from '../file/file-header.ts';
import { indexEntryOf, type SegmentIndexEntry } from '../reader/segment-index.ts';
import type { VerifiedSegment } from '../segment/verify-segment.ts';
import { ByteWindow } from './byte-window.ts';
import type { ChainAudit } from './chain-audit.ts';
import { type ScannedPiece, scanSegments } from './segment-scanner.ts';
import type { Finding, FindingReason } from './verdict.ts';

/** Largest footer that a file can have, and its trailer. */
const MAX_TAIL_BYTES = 80 * 1024 * 1024;

/** Bytes of a recording: a finished file, or plain segments as they were uploaded. Pieces may be cut anywhere. */
export interface RecordingSource {
  readonly name: string;
  readonly form: 'file' | 'segments';
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface SourceAudit {
  readonly findings: readonly Finding[];
  /** The segments that are as sealed, in the order in which they lie there. */
  readonly entries: readonly SegmentIndexEntry[];
  readonly sizeBytes: number;
}

/** Feeds one source's segments to the chain's audit and checks what a file has around them. */
export async function auditSource(
  source: RecordingSource,
  chain: ChainAudit,
  verify: (bytes: Uint8Array) => Promise<VerifiedSegment>,
): Promise<SourceAudit> {
  const window = new ByteWindow(source.bytes);
  const hasFooter = source.form === 'file';
  const header = hasFooter ? await takeHeader(window) : undefined;
  const pieces: ScannedPiece[] = [];
  for await (const piece of scanSegments(window, { verify, hasFooter })) {
    chain.take(source.name, piece);
    pieces.push(piece);
  }
  const entries = pieces.flatMap((piece) =>
    piece.kind === 'segment' ? [indexEntryOf(piece.segment.header, piece.byteRange[0], piece.segment.hash)] : [],
  );
  if (header === undefined) return { findings: [], entries, sizeBytes: window.offset };
  const frame = new FileFrame(source.name, pieces, entries);
  const findings = [...frame.checkHeader(header), ...frame.checkNumbers(), ...(await frame.checkTail(window))];
  return { findings, entries, sizeBytes: window.offset };
}

async function takeHeader(window: ByteWindow): Promise<Uint8Array> {
  const header = new Uint8Array(await window.peek(FILE_HEADER_BYTES));
  window.skip(header.length);
  return header;
}

/** What lies around the segments of a file follows from them, so it is compared with what they say. */
class FileFrame {
  readonly #name: string;
  readonly #pieces: readonly ScannedPiece[];
  readonly #entries: readonly SegmentIndexEntry[];

  constructor(name: string, pieces: readonly ScannedPiece[], entries: readonly SegmentIndexEntry[]) {
    this.#name = name;
    this.#pieces = pieces;
    this.#entries = entries;
  }

  /** A file holds the segments of one file number. */
  checkNumbers(): Finding[] {
    const [first] = this.#entries;
    const stray = this.#entries.find(({ fileNumber }) => fileNumber !== first?.fileNumber);
    if (stray === undefined) return [];
    const byteRange = [stray.offset, stray.offset + stray.lengthBytes] as const;
    return [this.#finding('file-header-mismatch', `holds a segment of file ${stray.fileNumber}`, byteRange)];
  }

  checkHeader(header: Uint8Array): Finding[] {
    const [first] = this.#pieces;
    if (first?.kind === 'damage') return [];
    const expected = first && expectedFileHeader(first.segment);
    if (expected !== undefined && areBytesEqual(expected, header)) return [];
    return [this.#finding('file-header-mismatch', 'not what the first segment says', [0, header.length])];
  }

  async checkTail(window: ByteWindow): Promise<Finding[]> {
    const start = window.offset;
    const tail = await window.peek(MAX_TAIL_BYTES);
    window.skip(tail.length);
    const problem = await this.#tailProblem(tail);
    return problem === undefined ? [] : [this.#finding('footer-mismatch', problem, [start, window.offset])];
  }

  async #tailProblem(tail: Uint8Array): Promise<string | undefined> {
    try {
      const trailer = readTrailer(tail);
      await readFooter(tail.subarray(0, Math.max(0, tail.length - TRAILER_BYTES)), trailer);
      if (this.#entries.length < this.#pieces.length) return undefined;
      const isExpected = areBytesEqual(await buildFooter(this.#entries), tail);
      return isExpected ? undefined : 'not what the segments say';
    } catch (error) {
      if (error instanceof RecordingFormatError) return error.reason;
      if (error instanceof RangeError) return error.message;
      throw error;
    }
  }

  #finding(reason: FindingReason, detail: string, byteRange: readonly [number, number]): Finding {
    return { file: this.#name, reason, detail, byteRange };
  }
}

function expectedFileHeader({ header }: VerifiedSegment): Uint8Array {
  const { recordingId, agentId, fileNumber, sequence, previousHash } = header;
  return writeFileHeader({ recordingId, agentId, fileNumber, firstSequence: sequence, previousHash });
}
