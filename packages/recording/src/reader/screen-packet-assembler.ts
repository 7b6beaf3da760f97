import { concatBytes } from '../encoding/byte-arrays.ts';
import { MAX_SCREEN_PACKET_BYTES } from '../records/limits.ts';
import { isWholeScreenPacket, type RecordingRecord, type ScreenRecord } from '../records/record.ts';

/**
 * Joins the parts of screen packets again. Records must come segment by segment. Where segments are missing, screen
 * packets are left out until the next key image, as they change a picture that nobody has; all other records pass.
 */
export class ScreenPacketAssembler {
  #parts: ScreenRecord[] = [];
  #sizeBytes = 0;
  #lastSequence: number | undefined;
  #isPictureKnown: boolean;

  /** `isPictureKnown`: the caller holds the picture that the first update changes, so no key image has to come first. */
  constructor(isPictureKnown = false) {
    this.#isPictureKnown = isPictureKnown;
  }

  /** Returns the record, a whole packet once its last part is there, or nothing. */
  push(sequence: number, record: RecordingRecord): RecordingRecord | undefined {
    if (this.#lastSequence !== undefined && sequence > this.#lastSequence + 1) this.#loseThePicture();
    this.#lastSequence = sequence;
    if (record.type !== 'screen') return record;
    if (record.partIndex === 0) this.#dropParts();
    if (!this.#isNextPart(record)) return this.#loseThePicture();
    if (isWholeScreenPacket(record)) return this.#release(record);
    this.#parts.push(record);
    this.#sizeBytes += record.bytes.length;
    if (this.#sizeBytes > MAX_SCREEN_PACKET_BYTES) return this.#loseThePicture();
    return record.isLast ? this.#join() : undefined;
  }

  #isNextPart(part: ScreenRecord): boolean {
    const previous = this.#parts.at(-1);
    return part.partIndex === this.#parts.length && (previous === undefined || previous.isKeyImage === part.isKeyImage);
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
