/** Thrown when bytes end early or a number leaves its bounds. Every decoder of this package throws only typed errors. */
export class MalformedBytesError extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} at byte ${offset}`);
    this.name = 'MalformedBytesError';
    this.offset = offset;
  }
}

/** Reads little-endian numbers and LEB128 varints from hostile bytes: every read is checked against the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit count that must fit a double exactly (below 2^53). */
  u53(): number {
    const at = this.#advance(8);
    const value = this.#view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedBytesError('number above 2^53', at);
    return Number(value);
  }

  /** Unsigned LEB128, at most 2^32 - 1 and at most five bytes. */
  varint(): number {
    const start = this.#offset;
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new MalformedBytesError('varint above 2^32', start);
  }

  /** Zigzag-coded signed varint. */
  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  expectEnd(): void {
    if (this.remaining > 0) throw new MalformedBytesError('unexpected trailing bytes', this.#offset);
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (length < 0 || length > this.remaining) throw new MalformedBytesError('bytes end early', at);
    this.#offset = at + length;
    return at;
  }
}
