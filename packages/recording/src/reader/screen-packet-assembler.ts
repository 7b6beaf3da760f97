import { concatBytes } from '../encoding/byte-arrays.ts';
import { MAX_SCREEN_PACKET_BYTES, MAX_SEGMENT_BODY_BYTES } from '../records/limits.ts';
import { isWholeScreenPacket, type RecordingRecord, type ScreenRecord } from '../records/record.ts';

/** All parts but the first and the last fill their segments, so twice as many as those are never needed. */
const MAX_PARTS = (2 * MAX_SCREEN_PACKET_BYTES) / MAX_SEGMENT_BODY_BYTES;

/**
 * Joins the parts of screen packets again. Records must come segment by segment. Where segments are missing, or come again, screen
 * packets are left out until the next key image, as they change a picture that nobody has; all other records pass.
 */
export class ScreenPacketAssembler {
  #parts: ScreenRecord[] = [];
  #sizeBytes = 0;
  #lastSequence: number | undefined;
  /** Of the segment that held the last part. */
  #partSequence = 0;
  #isPictureKnown: boolean;

  /** `isPictureKnown`: the caller holds the picture that the first update changes, so no key image has to come first. */
  constructor(isPictureKnown = false) {
    this.#isPictureKnown = isPictureKnown;
  }

  /** Returns the record, a whole packet once its last part is there, or nothing. */
  push(sequence: number, record: RecordingRecord): RecordingRecord | undefined {
    const last = this.#lastSequence ?? sequence;
    if (sequence !== last && sequence !== last + 1) this.#loseThePicture();
    this.#lastSequence = sequence;
    if (record.type !== 'screen') return record;
    if (record.partIndex === 0) this.#dropParts();
    if (!this.#isNextPart(sequence, record)) return this.#loseThePicture();
    this.#partSequence = sequence;
    if (isWholeScreenPacket(record)) return this.#release(record);
    this.#parts.push(record);
    this.#sizeBytes += record.bytes.length;
    if (this.#sizeBytes > MAX_SCREEN_PACKET_BYTES) return this.#loseThePicture();
    return record.isLast ? this.#join() : undefined;
  }

  /** A segment holds one part of a packet: so the number of parts is bounded by what was read, however small they are. */
  #isNextPart(sequence: number, part: ScreenRecord): boolean {
    const previous = this.#parts.at(-1);
    if (part.partIndex !== this.#parts.length || part.partIndex >= MAX_PARTS) return false;
    return previous === undefined || (previous.isKeyImage === part.isKeyImage && sequence === this.#partSequence + 1);
  }

  #join(): ScreenRecord | undefined {
    const [first] = this.#parts;
    if (first === undefined) return undefined;
    const bytes = concatBytes(...this.#parts.map((part) => part.bytes));
    this.#dropParts();
    return this.#release({ ...first, isLast: true, bytes });
  }

  #release(packet: ScreenRecord): ScreenRecord | undefined {
    this.#isPictureKnown ||= packet.isKeyImage;
    return this.#isPictureKnown ? packet : undefined;
  }

  #loseThePicture(): undefined {
    this.#dropParts();
    this.#isPictureKnown = false;
    return undefined;
  }

  #dropParts(): void {
    this.#parts = [];
    this.#sizeBytes = 0;
  }
}
