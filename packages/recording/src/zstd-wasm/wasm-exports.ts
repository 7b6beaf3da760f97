import { zstdDecoderBinary } from './zstd-decoder-binary.ts';

/** What the binary exports; pointers and sizes are 32-bit numbers. */
export interface ZstdExports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  /** Both buffers are structures of pointer, size and position. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

export const wasmImports = { env: { emscripten_notify_memory_growth: (): void => undefined } };

export function decodeBinary(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(zstdDecoderBinary), (character) => character.charCodeAt(0));
}

export function readExports(instance: WebAssembly.Instance): ZstdExports {
  const exports = instance.exports as unknown as ZstdExports & { _initialize?: () => void };
  exports._initialize?.();
  return exports;
}
