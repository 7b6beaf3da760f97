import type { ZstdStreams } from '../screen/zstd-streams.ts';
import { WasmDecompressor } from '../zstd-wasm/wasm-decompressor.ts';
import { decodeBinary, readExports, wasmImports } from '../zstd-wasm/wasm-exports.ts';

/**
 * The decompressing half of `ZstdStreams` on WebAssembly, for pages and workers. A content security policy must allow
 * `wasm-unsafe-eval`; nothing is fetched.
 */
export async function createBrowserZstd(): Promise<Pick<ZstdStreams, 'decompressor'>> {
  const { instance } = await WebAssembly.instantiate(decodeBinary(), wasmImports);
  const exports = readExports(instance);
  return { decompressor: (maxWindowLog) => new WasmDecompressor(exports, maxWindowLog) };
}
