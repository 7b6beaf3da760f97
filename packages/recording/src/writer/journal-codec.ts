import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { crc32 } from '../bytes/crc32.ts';
import { toCryptoBytes } from '../crypto/digest.ts';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { MAX_SCREEN_PACKET_BYTES } from '../records/limits.ts';
import { decodeJournalEntry, encodeJournalEntry, type JournalEntry } from './journal-entry.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FRAME_BYTES = 8;
const SMALLEST_ENTRY_BYTES = FRAME_BYTES + NONCE_BYTES + TAG_BYTES;
const MAX_ENTRY_BYTES = MAX_SCREEN_PACKET_BYTES + 4096;

export interface JournalCodecOptions {
  /** From `importJournalKey`; one journal file, one key. */
  readonly key: CryptoKey;
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface DecodedJournal {
  readonly entries: readonly JournalEntry[];
  /** Cut the file here before appending: what follows is a torn tail. */
  readonly validLengthBytes: number;
}

/** 32 random bytes, made with the journal file and kept apart from it. */
export function importJournalKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', toCryptoBytes(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/**
 * The agent's journal file, entry behind entry:
 *
 *     u32 length of the rest | u32 CRC-32 of the rest | nonce (12, random) | AES-256-GCM ciphertext and tag
 *
 * The entry's number in the file is authenticated, so entries can't be moved or dropped from the middle unnoticed. The
 * nonce is random, as a torn entry and the one that replaces it have the same number.
 */
export class JournalCodec {
  readonly #options: JournalCodecOptions;
  #entryCount = 0;

  constructor(options: JournalCodecOptions) {
    this.#options = options;
  }

  /** Entries must reach the file in the order of the calls. */
  async encode(entry: JournalEntry): Promise<Uint8Array<ArrayBuffer>> {
    const nonce = toCryptoBytes(this.#options.randomBytes(NONCE_BYTES));
    const sealing = { name: 'AES-GCM', iv: nonce, additionalData: entryNumber(this.#entryCount++) };
    const plaintext = encodeJournalEntry(entry);
    const ciphertext = await crypto.subtle.encrypt(sealing, this.#options.key, plaintext);
    const sealed = concatBytes(nonce, new Uint8Array(ciphertext));
    return concatBytes(new ByteWriter(FRAME_BYTES).u32(sealed.length).u32(crc32(sealed)).finish(), sealed);
  }

  /**
   * Reads a journal file up to its first torn entry; `encode` then carries on behind it. Throws `RecordingFormatError`
   * (`decrypt-failed` or `record-malformed`) for an entry that is whole and yet not this journal's.
   */
  async decode(bytes: Uint8Array): Promise<DecodedJournal> {
    const entries: JournalEntry[] = [];
    let validLengthBytes = 0;
    for (;;) {
      const sealed = wholeEntryAt(bytes.subarray(validLengthBytes));
      if (sealed === undefined) break;
      entries.push(decodeJournalEntry(await this.#open(sealed, entries.length)));
      validLengthBytes += FRAME_BYTES + sealed.length;
    }
    this.#entryCount = entries.length;
    return { entries, validLengthBytes };
  }

  /**
   * Entries that can be read behind the place where `decode` stopped: there are none behind a torn tail, but there are
   * where something in the middle was damaged. To be called after `decode`, with the same bytes; `encode` must not follow.
   */
  async salvage(bytes: Uint8Array, fromByte: number): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    let number = this.#entryCount;
    let damagedBytes = 0;
    for (let at = fromByte; at + FRAME_BYTES < bytes.length; ) {
      const sealed = wholeEntryAt(bytes.subarray(at));
      const found = sealed && (await this.#openAmong(sealed, number, number + damagedBytes / SMALLEST_ENTRY_BYTES));
      if (found === undefined) {
        damagedBytes++;
        at++;
        continue;
      }
      entries.push(decodeJournalEntry(found.plaintext));
      number = found.number + 1;
      damagedBytes = 0;
      at += FRAME_BYTES + found.lengthBytes;
    }
    return entries;
  }

  /** How many entries lie in a damaged stretch is not known. */
  async #openAmong(sealed: Uint8Array, firstNumber: number, lastNumber: number) {
    for (let number = firstNumber; number <= lastNumber; number++) {
      try {
        return { number, lengthBytes: sealed.length, plaintext: await this.#open(sealed, number) };
      } catch (error) {
        if (!(error instanceof RecordingFormatError)) throw error;
      }
    }
    return undefined;
  }

  async #open(sealed: Uint8Array, number: number): Promise<Uint8Array> {
    const iv = toCryptoBytes(sealed.subarray(0, NONCE_BYTES));
    const opening = { name: 'AES-GCM', iv, additionalData: entryNumber(number) };
    try {
      const ciphertext = toCryptoBytes(sealed.subarray(NONCE_BYTES));
      return new Uint8Array(await crypto.subtle.decrypt(opening, this.#options.key, ciphertext));
    } catch (cause) {
      throw new RecordingFormatError('decrypt-failed', `journal entry ${number}`, { cause });
    }
  }
}

function wholeEntryAt(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < FRAME_BYTES) return undefined;
  const frame = new ByteReader(bytes);
  const length = frame.u32();
  const checksum = frame.u32();
  if (length < NONCE_BYTES + TAG_BYTES || length > MAX_ENTRY_BYTES || length > frame.remaining) return undefined;
  const sealed = frame.bytes(length);
  return crc32(sealed) === checksum ? sealed : undefined;
}

function entryNumber(number: number): Uint8Array<ArrayBuffer> {
  return new ByteWriter(8).u53(number).finish();
}
