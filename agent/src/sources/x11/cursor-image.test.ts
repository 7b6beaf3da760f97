import { describe, expect, test } from '@jest/globals';
import { cursorShapeOf } from './cursor-image.ts';

function imageOf(width: number, height: number, cursorImage: Buffer) {
  return { x: 0, y: 0, width, height, xhot: 9, yhot: 0, cursorImage };
}

describe('the picture of a pointer', () => {
  test('becomes plain RGBA, with the hotspot inside it', () => {
    const shape = cursorShapeOf(imageOf(2, 1, Buffer.from([10, 20, 30, 255, 25, 50, 100, 128])));
    expect(shape).toEqual({
      width: 2,
      height: 1,
      hotspotX: 1,
      hotspotY: 0,
      rgba: new Uint8Array([30, 20, 10, 255, 199, 100, 50, 128]),
    });
  });

  test('is none when nothing of it shows, or when it is larger than a pointer can be', () => {
    expect(cursorShapeOf(imageOf(1, 1, Buffer.alloc(4)))).toBeUndefined();
    expect(cursorShapeOf(imageOf(300, 1, Buffer.alloc(1200, 255)))).toBeUndefined();
  });
});
