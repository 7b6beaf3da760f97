import type { Rectangle } from '@afterimage/recording';
import type { ShmExtension, ShmSegment } from 'x11';
import { allPlanes, bytesPerPixel, type PictureSize, type PixelTransfer, zPixmap } from './pixel-transfer.ts';
import { rowBandsOf } from './row-bands.ts';
import type { XConnection } from './x-connection.ts';

/**
 * MIT-SHM 1.2: the server writes into a file in memory whose descriptor it was given, and this process reads the rows
 * that it wants. Where the server knows shared pixmaps the picture lies in that file already; elsewhere rows are copied
 * into it on request.
 */
export class SharedMemoryTransfer implements PixelTransfer {
  readonly kind: 'shared-pixmap' | 'shared-image';
  readonly pixmap: number;
  readonly pixels: Uint32Array;
  readonly #connection: XConnection;
  readonly #segment: ShmSegment;
  readonly #size: PictureSize;

  /** @returns undefined where memory cannot be shared, as with a display of another machine */
  static async open(
    connection: XConnection,
    size: PictureSize,
    mayShare: 'pixmaps' | 'images',
  ): Promise<SharedMemoryTransfer | undefined> {
    try {
      const shm = await connection.request<ShmExtension>((reply) => connection.client.require('shm', reply));
      if (!(await connection.request<boolean>((reply) => shm.usable(reply)))) return undefined;
      const sizeBytes = size.width * size.height * bytesPerPixel;
      const segment = await connection.request<ShmSegment>((reply) => shm.createSegment(sizeBytes, reply));
      return new SharedMemoryTransfer(connection, size, segment, shm, mayShare === 'pixmaps' && shm.sharedPixmaps);
    } catch {
      return undefined;
    }
  }

  private constructor(
    connection: XConnection,
    size: PictureSize,
    segment: ShmSegment,
    shm: ShmExtension,
    isPixmapShared: boolean,
  ) {
    this.kind = isPixmapShared ? 'shared-pixmap' : 'shared-image';
    this.#connection = connection;
    this.#segment = segment;
    this.#size = size;
    const { buffer, byteOffset } = segment.buffer;
    this.pixels = new Uint32Array(buffer, byteOffset, size.width * size.height);
    const { client, root, screen } = connection;
    this.pixmap = client.AllocID();
    const { width, height } = size;
    if (isPixmapShared) shm.CreatePixmap(this.pixmap, root, width, height, screen.root_depth, segment.shmseg, 0);
    else client.CreatePixmap(this.pixmap, root, screen.root_depth, width, height);
  }

  async fetch(rectangles: readonly Rectangle[]): Promise<void> {
    const { width, height } = this.#size;
    const strideBytes = width * bytesPerPixel;
    const bands = rowBandsOf(rectangles, height);
    if (this.kind === 'shared-pixmap') {
      for (const band of bands) this.#segment.readback(band.y * strideBytes, band.height * strideBytes);
      return;
    }
    const reads = bands.map((band) =>
      this.#connection.request((reply) =>
        this.#segment.getImage(
          this.pixmap,
          0,
          band.y,
          width,
          band.height,
          allPlanes,
          zPixmap,
          band.y * strideBytes,
          reply,
        ),
      ),
    );
    await Promise.all(reads);
  }

  close(): void {
    this.#connection.client.FreePixmap(this.pixmap);
    this.#segment.detach();
  }
}
