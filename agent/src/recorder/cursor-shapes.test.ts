import { describe, expect, test } from '@jest/globals';
import { CursorShapes } from './cursor-shapes.ts';

function shapeOf(value: number) {
  return { width: 1, height: 1, hotspotX: 0, hotspotY: 0, rgba: new Uint8Array(4).fill(value) };
}

const at = { atMs: 0, x: 3, y: 4 };
const typesOf = (records: readonly { type: string }[]) => records.map(({ type }) => type);

describe('pointers in a recording', () => {
  test('bring each shape once, whoever made it', () => {
    const shapes = new CursorShapes();
    expect(typesOf(shapes.recordsOf(1, { ...at, shape: shapeOf(1) }).fresh)).toEqual(['cursor-shape', 'cursor']);
    expect(typesOf(shapes.recordsOf(2, { ...at, shape: shapeOf(2) }).fresh)).toEqual(['cursor-shape', 'cursor']);
    const again = shapes.recordsOf(3, { ...at, shape: shapeOf(1) });
    expect(again.fresh).toEqual([{ type: 'cursor', timeMs: 3, x: 3, y: 4, shapeId: 1, isVisible: true }]);
    expect(again.present[0]).toMatchObject({ type: 'cursor-shape', shapeId: 1 });
  });

  test('bring a shape again after a key image, except the present one, which is restated with it', () => {
    const shapes = new CursorShapes();
    shapes.recordsOf(1, { ...at, shape: shapeOf(1) });
    shapes.recordsOf(2, { ...at, shape: shapeOf(2) });
    shapes.noteKeyImage();
    expect(typesOf(shapes.recordsOf(3, { ...at, shape: shapeOf(2) }).fresh)).toEqual(['cursor']);
    expect(typesOf(shapes.recordsOf(4, { ...at, shape: shapeOf(1) }).fresh)).toEqual(['cursor-shape', 'cursor']);
  });

  test('say that no pointer is shown', () => {
    const shapes = new CursorShapes();
    shapes.recordsOf(1, { ...at, shape: shapeOf(1) });
    const { fresh } = shapes.recordsOf(2, { ...at, shape: undefined });
    expect(fresh).toEqual([{ type: 'cursor', timeMs: 2, x: 3, y: 4, shapeId: 1, isVisible: false }]);
  });
});
