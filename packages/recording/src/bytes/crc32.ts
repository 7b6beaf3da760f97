const table = buildTable();

function buildTable(): Uint32Array {
  const entries = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    entries[byte] = value;
  }
  return entries;
}

/** CRC-32 (IEEE 802.3, as in zip and PNG). To continue over several pieces pass the result so far as `seed`. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let value = ~seed;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
