import type { Picture, Rectangle } from '@afterimage/recording';
import type { Cursor, PictureSink } from './stage.ts';

export interface CanvasSinkOptions {
  /** Called before the first paint and whenever the picture's size changes, in recorded pixels. */
  onResize?(size: { width: number; height: number }): void;
}

/** Paints exact pixels into one canvas, and the pointer as a second, small canvas over it: it never dirties pixels. */
export class CanvasSink implements PictureSink {
  readonly #canvas: HTMLCanvasElement;
  readonly #pointer: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #options: CanvasSinkOptions;
  #shown: Cursor['shape'];
  #isSized = false;

  constructor(canvas: HTMLCanvasElement, pointer: HTMLCanvasElement, options: CanvasSinkOptions = {}) {
    const context = canvas.getContext('2d', { alpha: false, colorSpace: 'srgb' });
    if (context === null) throw new Error('this browser has no canvas');
    this.#options = options;
    this.#canvas = canvas;
    this.#pointer = pointer;
    this.#context = context;
    this.#context.imageSmoothingEnabled = false;
  }

  paint(picture: Picture, changed: Rectangle): void {
    const { width, height, pixels } = picture;
    let rectangle = changed;
    if (!this.#isSized || this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#isSized = true;
      this.#canvas.width = width;
      this.#canvas.height = height;
      rectangle = { x: 0, y: 0, width, height };
      this.#options.onResize?.({ width, height });
    }
    if (rectangle.width === 0 || rectangle.height === 0) return;
    const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength);
    const image = new ImageData(bytes, width, height);
    this.#context.putImageData(image, 0, 0, rectangle.x, rectangle.y, rectangle.width, rectangle.height);
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  placeCursor(cursor: Cursor | undefined): void {
    const shape = cursor?.shape;
    this.#pointer.hidden = cursor === undefined || !cursor.isVisible || shape === undefined;
    if (cursor === undefined || shape === undefined) return;
    const { x, y } = cursor;
    if (shape !== this.#shown) this.#drawShape(shape);
    // In percent of the picture, so that the pointer follows when the picture is scaled.
    const percent = (value: number, whole: number) => `${(value / Math.max(1, whole)) * 100}%`;
    this.#pointer.style.left = percent(x - shape.hotspotX, this.#canvas.width);
    this.#pointer.style.top = percent(y - shape.hotspotY, this.#canvas.height);
    this.#pointer.style.width = percent(shape.width, this.#canvas.width);
  }

  #drawShape(shape: NonNullable<Cursor['shape']>): void {
    this.#shown = shape;
    this.#pointer.width = shape.width;
    this.#pointer.height = shape.height;
    const image = new ImageData(new Uint8ClampedArray(shape.rgba), shape.width, shape.height);
    this.#pointer.getContext('2d')?.putImageData(image, 0, 0);
  }
}
