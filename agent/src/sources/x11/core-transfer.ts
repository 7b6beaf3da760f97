import type { Rectangle } from '@afterimage/recording';
import { allPlanes, bytesPerPixel, type PictureSize, type PixelTransfer, zPixmap } from './pixel-transfer.ts';
import type { XConnection } from './x-connection.ts';

/** The core protocol: pixels come over the connection. Slow, and works with every server. */
export class CoreTransfer implements PixelTransfer {
  readonly kind = 'core';
  readonly pixmap: number;
  readonly pixels: Uint32Array;
  readonly #connection: XConnection;
  readonly #width: number;

  constructor(connection: XConnection, { width, height }: PictureSize) {
    this.#connection = connection;
    this.#width = width;
    this.pixels = new Uint32Array(width * height);
    this.pixmap = connection.client.AllocID();
    connection.client.CreatePixmap(this.pixmap, connection.root, connection.screen.root_depth, width, height);
  }

  async fetch(rectangles: readonly Rectangle[]): Promise<void> {
    await Promise.all(rectangles.map((rectangle) => this.#fetch(rectangle)));
  }

  close(): void {
    this.#connection.client.FreePixmap(this.pixmap);
  }

  async #fetch({ x, y, width, height }: Rectangle): Promise<void> {
    const { client } = this.#connection;
    const { data } = await this.#connection.request<{ readonly data: Buffer }>((reply) =>
      client.GetImage(zPixmap, this.pixmap, x, y, width, height, allPlanes, reply),
    );
    const rowBytes = width * bytesPerPixel;
    const target = new Uint8Array(this.pixels.buffer);
    for (let row = 0; row < height; row++) {
      const at = ((y + row) * this.#width + x) * bytesPerPixel;
      target.set(data.subarray(row * rowBytes, (row + 1) * rowBytes), at);
    }
  }
}
