import { ScreenDecoder } from '../../../packages/recording/src/screen/index.ts';
import { createBrowserZstd } from '../../../packages/recording/src/zstd-browser/index.ts';

/** Base64 of packets, or of PNG files, in; milliseconds for each of them out. Bundled into a page by the bench. */
export interface PageDecoder {
  decodePackets(packets: readonly string[]): Promise<{ decodeMs: number[]; paintMs: number[] }>;
  decodePngs(files: readonly string[]): Promise<number[]>;
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

const decoder: PageDecoder = {
  async decodePackets(packets) {
    const screen = new ScreenDecoder({ zstd: await createBrowserZstd() });
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { alpha: false });
    const times = { decodeMs: [] as number[], paintMs: [] as number[] };
    for (const packet of packets.map(bytesOf)) {
      const startedAt = performance.now();
      const { picture } = screen.decode(packet);
      const decodedAt = performance.now();
      if (canvas.width !== picture.width) Object.assign(canvas, { width: picture.width, height: picture.height });
      const pixels = new Uint8ClampedArray(picture.pixels.buffer, picture.pixels.byteOffset, picture.pixels.byteLength);
      context?.putImageData(new ImageData(pixels.slice(), picture.width, picture.height), 0, 0);
      times.decodeMs.push(decodedAt - startedAt);
      times.paintMs.push(performance.now() - decodedAt);
    }
    screen.close();
    return times;
  },
  async decodePngs(files) {
    const times: number[] = [];
    for (const file of files.map(bytesOf)) {
      const startedAt = performance.now();
      const bitmap = await createImageBitmap(new Blob([file], { type: 'image/png' }));
      times.push(performance.now() - startedAt);
      bitmap.close();
    }
    return times;
  },
};

Object.assign(globalThis, { decoder });
