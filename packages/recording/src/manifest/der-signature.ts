import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const P256_BYTES = 32;

/**
 * ECDSA P-256 from DER (what KMS returns) to `r || s` of 64 bytes (what WebCrypto wants). Only minimal DER passes, so
 * that one signature has one form. Throws `RecordingFormatError` (`signature-invalid`).
 */
export function derToRawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    const reader = new ByteReader(der);
    requireDer(reader.u8() === SEQUENCE && reader.u8() === reader.remaining, 'not one sequence');
    const raw = new Uint8Array(2 * P256_BYTES);
    raw.set(...placedInteger(reader, P256_BYTES));
    raw.set(...placedInteger(reader, 2 * P256_BYTES));
    reader.expectEnd();
    return raw;
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new RecordingFormatError('signature-invalid', error.message, { cause: error });
  }
}

/** The next integer without its sign byte, and the offset at which it ends at `end`. */
function placedInteger(reader: ByteReader, end: number): [Uint8Array, number] {
  requireDer(reader.u8() === INTEGER, 'not an integer');
  const bytes = reader.bytes(reader.u8());
  const [first = 0, second = 0] = bytes;
  const isSigned = first === 0 && bytes.length > 1;
  requireDer(bytes.length > 0 && first < 0x80 && (!isSigned || second >= 0x80), 'not a minimal positive integer');
  const magnitude = isSigned ? bytes.subarray(1) : bytes;
  requireDer(magnitude.length <= P256_BYTES, 'an integer beyond the curve');
  return [magnitude, end - magnitude.length];
}

function requireDer(holds: boolean, reason: string): void {
  if (!holds) throw new RecordingFormatError('signature-invalid', reason);
}
