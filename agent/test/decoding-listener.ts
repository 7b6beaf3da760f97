import { type Picture, ScreenDecoder, ScreenEncoder } from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import type { CapturedCursor, CapturedEvent, CapturedFrame, CaptureListener } from '../src/sources/capture-source.ts';

/**
 * Encodes what a source gives, damage and all, and keeps what a decoder makes of it: a rectangle that is missing from
 * the damage is missing from the picture.
 */
export class DecodingListener implements CaptureListener {
  readonly frames: Omit<CapturedFrame, 'pixels'>[] = [];
  readonly cursors: CapturedCursor[] = [];
  readonly events: CapturedEvent[] = [];
  inputs = 0;
  lostCount = 0;
  /** Sees each decoded picture, blue first, without alpha. */
  onPicture: (picture: Picture) => Promise<void> | void = () => undefined;
  picture: Picture = { width: 0, height: 0, pixels: new Uint32Array() };
  #encoder: ScreenEncoder | undefined;
  readonly #decoder = new ScreenDecoder({ zstd: createNodeZstd() });

  async onFrame({ pixels, ...frame }: CapturedFrame): Promise<void> {
    const { width, height, pixelOrder = 'rgbx', damage } = frame;
    this.#encoder ??= new ScreenEncoder({ width, height, pixelOrder, zstd: createNodeZstd() });
    if (width !== this.picture.width || height !== this.picture.height) this.#encoder.resize(width, height);
    const packet = await this.#encoder.encode(pixels, damage ? { damage } : {});
    this.frames.push(frame);
    if (!packet) return;
    const decoded = this.#decoder.decode(packet.bytes).picture;
    this.picture = { width, height, pixels: decoded.pixels.map(toBlueFirst) };
    await this.onPicture(this.picture);
  }

  onCursor(cursor: CapturedCursor): void {
    this.cursors.push(cursor);
  }

  onEvent(event: CapturedEvent): void {
    this.events.push(event);
  }

  onInput(): void {
    this.inputs++;
  }

  onLost(): void {
    this.lostCount++;
  }

  shows(truth: Picture): boolean {
    const { width, height, pixels } = this.picture;
    return width === truth.width && height === truth.height && Buffer.from(pixels.buffer).equals(bytesOf(truth.pixels));
  }

  close(): void {
    this.#encoder?.close();
    this.#decoder.close();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function toBlueFirst(rgba: number): number {
  return ((rgba & 0xff) << 16) | (rgba & 0xff00) | ((rgba >>> 16) & 0xff);
}
