import { ByteWriter } from '../bytes/byte-writer.ts';
import type { RecordingRecord } from '../records/record.ts';
import { encodeRecord } from '../records/record-codec.ts';
import type { SegmentFlags } from '../segment/segment-flags.ts';
import type { WriterPosition } from './segment-plan.ts';

/** The segment that is being filled. It begins with its first record. */
export class SegmentDraft {
  readonly sequence: number;
  readonly fileNumber: number;
  readonly epoch: number;
  readonly start: WriterPosition;
  readonly t0Ms: number;
  #t1Ms: number;
  #isKeyBegin = false;
  #isKeyEnd = false;
  #hasEvents = false;
  #isFinal = false;
  readonly #body = new ByteWriter();

  constructor(begin: Pick<SegmentDraft, 'sequence' | 'fileNumber' | 'epoch' | 'start' | 't0Ms'>) {
    this.sequence = begin.sequence;
    this.fileNumber = begin.fileNumber;
    this.epoch = begin.epoch;
    this.start = begin.start;
    this.t0Ms = begin.t0Ms;
    this.#t1Ms = begin.t0Ms;
  }

  get t1Ms(): number {
    return this.#t1Ms;
  }

  get bodyLengthBytes(): number {
    return this.#body.length;
  }

  add(record: RecordingRecord): void {
    this.#body.bytes(encodeRecord(record, this.#t1Ms));
    this.#t1Ms = record.timeMs;
    if (record.type === 'screen' && record.isKeyImage) {
      this.#isKeyBegin ||= record.partIndex === 0;
      this.#isKeyEnd ||= record.isLast;
    }
    this.#hasEvents ||= isNoticeable(record);
    this.#isFinal ||= record.type === 'end';
  }

  body(): Uint8Array<ArrayBuffer> {
    return this.#body.finish();
  }

  flags(isStreaming: boolean): SegmentFlags {
    return {
      isKeyBegin: this.#isKeyBegin,
      isKeyEnd: this.#isKeyEnd,
      isStreaming,
      isFinal: this.#isFinal,
      hasEvents: this.#hasEvents,
    };
  }
}

/** What the service lists beside the picture: events, and the edges of idle, blocked and missing stretches. */
function isNoticeable({ type }: RecordingRecord): boolean {
  return ['event', 'mark', 'block-begin', 'block-end', 'gap', 'end'].includes(type);
}
