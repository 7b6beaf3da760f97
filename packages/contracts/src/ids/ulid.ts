/** Crockford base32 without I, L, O, U; lower case, because ids appear in object keys and URLs. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 26 characters: 48 bits of milliseconds, then 80 random bits. Ids made later sort later. Source: the ULID specification. */
export const ulidPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * @param timeMs milliseconds since 1970, below 2^48
 * @param random ten random bytes
 */
export function makeUlid(timeMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  let rest = timeMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  return encodeUlid(bytes);
}

/** @param bytes 16 bytes, big-endian */
export function encodeUlid(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes.subarray(0, 16)) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = alphabet.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}

/** @throws RangeError when the text is no ULID */
export function decodeUlid(text: string): Uint8Array<ArrayBuffer> {
  if (!ulidPattern.test(text)) throw new RangeError('not a ULID');
  let value = 0n;
  for (const character of text) value = (value << 5n) | BigInt(alphabet.indexOf(character));
  const bytes = new Uint8Array(16);
  for (let i = 15; i >= 0; i--) {
    bytes[i] = Number(value & 255n);
    value >>= 8n;
  }
  return bytes;
}
