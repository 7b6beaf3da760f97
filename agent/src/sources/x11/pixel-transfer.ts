import type { Rectangle } from '@afterimage/recording';

/** Brings pixels of a pixmap in the X server into this process. */
export interface PixelTransfer {
  readonly kind: 'shared-pixmap' | 'shared-image' | 'core';
  /** In the server; it holds the picture of the screen. */
  readonly pixmap: number;
  /** BGRX, the size of the pixmap. Exact where `fetch` has been; the fourth byte means nothing. */
  readonly pixels: Uint32Array;
  fetch(rectangles: readonly Rectangle[]): Promise<void>;
  close(): void;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export const bytesPerPixel = 4;
export const allPlanes = 0xffffffff;
/** Of the core protocol: pixels, not planes. */
export const zPixmap = 2;
