/**
 * The Zstandard implementation a codec runs on. It comes from outside, so that the codec itself runs anywhere:
 * see `zstd-node` and `zstd-browser`.
 */
export interface ZstdStreams {
  /** One context; `windowLog` is the base-2 logarithm of the window in bytes. */
  compressor(level: number, windowLog: number): ZstdCompressor;
  decompressor(maxWindowLog: number): ZstdDecompressor;
  /** About how many bytes these compress to, at the fastest level: for choosing between ways to code the same. */
  measure(bytes: Uint8Array): number;
}

/** One frame that grows for as long as its group does. Nothing is lost when the frame is never ended. */
export interface ZstdCompressor {
  /** The bytes must stay as they are until the next flush has finished. */
  write(bytes: Uint8Array): void;
  /** All bytes that a decompressor needs to give back everything written so far, less those returned before. */
  flush(): Promise<Uint8Array>;
  close(): void;
}

export interface ZstdDecompressor {
  /**
   * Returns everything the bytes up to here decompress to, less what was returned before; the result is valid until
   * the next call. Throws when the bytes are malformed, want a larger window than allowed, or give more than
   * `maxOutputBytes`; the decompressor cannot be used after that.
   */
  push(bytes: Uint8Array, maxOutputBytes: number): Uint8Array;
  close(): void;
}
