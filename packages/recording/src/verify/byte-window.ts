import { concatBytes } from '../encoding/byte-arrays.ts';

/** Looks ahead in a stream of bytes; holds no more than was asked for and one piece of the source. */
export class ByteWindow {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #isDone = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Offset in the source of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes, or fewer at the end of the source. */
  async peek(length: number): Promise<Uint8Array> {
    const pieces = [this.#bytes];
    let available = this.#bytes.length;
    while (available < length && !this.#isDone) {
      const next = await this.#pieces.next();
      this.#isDone = next.done === true;
      if (next.done === true) break;
      pieces.push(next.value);
      available += next.value.length;
    }
    if (pieces.length > 1) this.#bytes = concatBytes(...pieces);
    return this.#bytes.subarray(0, length);
  }

  /** Moves past bytes that were peeked at. */
  skip(length: number): void {
    this.#bytes = this.#bytes.subarray(length);
    this.#offset += length;
  }
}
