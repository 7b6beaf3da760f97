/** Most bytes before a frame's payload: two, eight of extended length, four of mask. */
const maximumHeaderBytes = 14;
const isControlFrame = (opcode: number) => opcode >= 8;

/**
 * Reads along the frames of a WebSocket (RFC 6455, section 5.2) and tells when a data frame is longer than allowed:
 *
 *     byte 0   FIN, 3 reserved bits, opcode (4 bits)
 *     byte 1   MASK (1 bit), payload length (7 bits): 126 = 2 more bytes, 127 = 8 more bytes
 *              [extended length] [mask, 4 bytes when MASK] payload
 */
export class FrameLimit {
  readonly #limitBytes: number;
  /** The beginning of a frame whose header is not complete. */
  #header = Buffer.alloc(0);
  #payloadLeftBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** True when the bytes show a data frame that is too long; what comes after it does not count any more. */
  isExceededBy(bytes: Buffer): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#payloadLeftBytes > 0) {
        const skipped = Math.min(this.#payloadLeftBytes, rest.length);
        this.#payloadLeftBytes -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const known = Buffer.concat([this.#header, rest.subarray(0, maximumHeaderBytes)]);
      const frame = readHeader(known);
      if (!frame) {
        this.#header = known;
        return false;
      }
      if (!isControlFrame(frame.opcode) && frame.payloadBytes > this.#limitBytes) return true;
      rest = rest.subarray(frame.headerBytes - this.#header.length);
      this.#header = Buffer.alloc(0);
      this.#payloadLeftBytes = frame.payloadBytes;
    }
    return false;
  }
}

function readHeader(bytes: Buffer): { opcode: number; headerBytes: number; payloadBytes: number } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const shortLength = second & 0x7f;
  const extendedBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
  const headerBytes = 2 + extendedBytes + ((second & 0x80) === 0 ? 0 : 4);
  if (bytes.length < headerBytes) return undefined;
  const payloadBytes =
    extendedBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : extendedBytes === 2 ? bytes.readUInt16BE(2) : shortLength;
  return { opcode: first & 0x0f, headerBytes, payloadBytes };
}
