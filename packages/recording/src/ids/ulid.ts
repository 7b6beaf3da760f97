const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_LENGTH = 26;
export const ID_BYTES = 16;

/** 26 characters of Crockford base32 to the 16 bytes they stand for. Throws `RangeError` on anything else. */
export function ulidToBytes(ulid: string): Uint8Array<ArrayBuffer> {
  if (ulid.length !== ULID_LENGTH) throw new RangeError('a ULID has 26 characters');
  let value = 0n;
  for (const character of ulid) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new RangeError('not a character of a ULID');
    value = value * 32n + BigInt(digit);
  }
  if (value >= 1n << 128n) throw new RangeError('a ULID stays below 2^128');
  const bytes = new Uint8Array(ID_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, value >> 64n);
  view.setBigUint64(8, value & 0xffff_ffff_ffff_ffffn);
  return bytes;
}

/** The inverse of `ulidToBytes`: big-endian, so text and bytes sort alike. */
export function bytesToUlid(bytes: Uint8Array): string {
  if (bytes.length !== ID_BYTES) throw new RangeError('an id has 16 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, ID_BYTES);
  let value = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  let ulid = '';
  for (let index = 0; index < ULID_LENGTH; index++) {
    ulid = ALPHABET.charAt(Number(value % 32n)) + ulid;
    value /= 32n;
  }
  return ulid;
}

/** `rec_…` and `agt_…`: the text forms that manifests and contracts use. */
export function recordingIdText(recordingId: Uint8Array): string {
  return `rec_${bytesToUlid(recordingId)}`;
}

export function agentIdText(agentId: Uint8Array): string {
  return `agt_${bytesToUlid(agentId)}`;
}
