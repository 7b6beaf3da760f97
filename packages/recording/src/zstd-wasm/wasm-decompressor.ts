import type { ZstdDecompressor } from '../screen/zstd-streams.ts';
import type { ZstdExports } from './wasm-exports.ts';

const inputBytes = 64 * 1024;
const outputBytes = 128 * 1024;
const bufferStructBytes = 12;
/** Results above this are negated error codes. */
const largestResult = 0xffff_ff00;
const frameStart = [0x28, 0xb5, 0x2f, 0xfd];
const frameHeaderBytes = 6;

/**
 * Decompresses one Zstandard frame as it grows. The frame header must be that of a stream: a window descriptor, no content
 * size, dictionary or checksum; so the memory a context takes is known from its `maxWindowLog`.
 */
export class WasmDecompressor implements ZstdDecompressor {
  readonly #zstd: ZstdExports;
  readonly #maxWindowLog: number;
  #context: number;
  /** Input buffer, output buffer and their two structures, in this order. */
  #memory: number;
  #isStarted = false;
  #isOver = false;
  #result = new Uint8Array(4096);

  constructor(zstd: ZstdExports, maxWindowLog: number) {
    this.#zstd = zstd;
    this.#maxWindowLog = maxWindowLog;
    this.#context = zstd.ZSTD_createDCtx();
    this.#memory = zstd.malloc(inputBytes + outputBytes + 2 * bufferStructBytes);
    if (this.#context === 0 || this.#memory === 0) {
      this.close();
      throw new RangeError('no memory for a decompressor');
    }
  }

  push(bytes: Uint8Array, maxOutputBytes: number): Uint8Array {
    if (!this.#isStarted) this.#checkFrameHeader(bytes);
    this.#isStarted = true;
    try {
      let length = 0;
      for (let at = 0; at < bytes.length; at += inputBytes) {
        length = this.#pushPart(bytes.subarray(at, at + inputBytes), length, maxOutputBytes);
      }
      return this.#result.subarray(0, length);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#isOver = true;
    if (this.#context !== 0) this.#zstd.ZSTD_freeDCtx(this.#context);
    if (this.#memory !== 0) this.#zstd.free(this.#memory);
    this.#context = 0;
    this.#memory = 0;
  }

  #checkFrameHeader(bytes: Uint8Array): void {
    const [descriptor, window = 0] = bytes.subarray(frameStart.length, frameHeaderBytes);
    const isFrame = frameStart.every((byte, index) => bytes[index] === byte);
    if (bytes.length < frameHeaderBytes || !isFrame || descriptor !== 0) throw new RangeError('not a Zstandard stream');
    const windowLog = 10 + (window >>> 3) + (window % 8 > 0 ? 1 : 0);
    if (windowLog > this.#maxWindowLog) throw new RangeError(`a window of 2^${windowLog} bytes is too large`);
  }

  /** Returns the length of the result, of which `length` bytes were there before. */
  #pushPart(part: Uint8Array, length: number, maxOutputBytes: number): number {
    const output = this.#memory + inputBytes;
    const outputStruct = output + outputBytes;
    const inputStruct = outputStruct + bufferStructBytes;
    new Uint8Array(this.#zstd.memory.buffer).set(part, this.#memory);
    this.#writeStruct(inputStruct, this.#memory, part.length);
    for (let isDone = false; !isDone; ) {
      if (this.#isOver) throw new RangeError('bytes after the end of the stream');
      this.#writeStruct(outputStruct, output, outputBytes);
      const consumedBefore = this.#position(inputStruct);
      const result = this.#zstd.ZSTD_decompressStream(this.#context, outputStruct, inputStruct) >>> 0;
      if (result > largestResult) throw new RangeError(`Zstandard error ${2 ** 32 - result}`);
      if (result === 0) this.#isOver = true;
      const consumed = this.#position(inputStruct);
      const produced = this.#position(outputStruct);
      if (produced === 0 && consumed === consumedBefore && consumed < part.length) throw new RangeError('no progress');
      length = this.#append(output, produced, length, maxOutputBytes);
      isDone = consumed === part.length && produced < outputBytes;
    }
    return length;
  }

  #append(output: number, count: number, length: number, maxOutputBytes: number): number {
    const wanted = length + count;
    if (wanted > maxOutputBytes) throw new RangeError(`more than ${maxOutputBytes} bytes`);
    if (wanted > this.#result.length) {
      const grown = new Uint8Array(Math.max(wanted, Math.min(maxOutputBytes, this.#result.length * 2)));
      grown.set(this.#result.subarray(0, length));
      this.#result = grown;
    }
    this.#result.set(new Uint8Array(this.#zstd.memory.buffer, output, count), length);
    return wanted;
  }

  #writeStruct(at: number, pointer: number, size: number): void {
    new Uint32Array(this.#zstd.memory.buffer, at, 3).set([pointer, size, 0]);
  }

  #position(struct: number): number {
    return new Uint32Array(this.#zstd.memory.buffer, struct, 3)[2] ?? 0;
  }
}
