import type { Picture, Rectangle } from '@afterimage/recording';
import type { Cursor, PictureSink } from '../stage/stage.ts';

/** A sink that holds what a canvas would show: only what was said to have changed is copied. */
export class PictureRecorder implements PictureSink {
  shown: Picture | undefined;
  cursor: Cursor | undefined;
  paintCount = 0;

  paint({ width, height, pixels }: Picture, changed: Rectangle): void {
    this.paintCount += 1;
    const isSameSize = this.shown?.width === width && this.shown.height === height;
    const whole = { x: 0, y: 0, width, height };
    const area = isSameSize ? changed : whole;
    const canvas = isSameSize && this.shown ? this.shown.pixels : new Uint32Array(width * height);
    for (let y = area.y; y < area.y + area.height; y++) {
      const at = y * width + area.x;
      canvas.set(pixels.subarray(at, at + area.width), at);
    }
    this.shown = { width, height, pixels: canvas };
  }

  clear(): void {
    this.shown = undefined;
  }

  placeCursor(cursor: Cursor | undefined): void {
    this.cursor = cursor;
  }
}

/** To the pixel. A comparison that fails says no more than that: pictures make long messages. */
export function isSamePicture(a: Picture | undefined, b: Picture | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.width === b.width && a.height === b.height && a.pixels.every((pixel, i) => pixel === b.pixels[i]);
}
