/** The bytes one packet adds to a stream, before compression. */
export class RawStream {
  bytes = new Uint8Array(4096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` bytes more and returns the offset at which they begin; the caller moves `length` on. */
  reserve(count: number): number {
    const wanted = this.length + count;
    if (wanted > this.bytes.length) {
      const grown = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    return this.length;
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
