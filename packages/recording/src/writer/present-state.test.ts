import { expect, test } from '@jest/globals';
import type { RecordingRecord } from '../records/record.ts';
import { PresentState } from './present-state.ts';

const rectangle = { x: 1, y: 2, width: 3, height: 4 };
const cursor: RecordingRecord = { type: 'cursor', timeMs: 1, x: 5, y: 6, shapeId: 1, isVisible: true };
const layout: RecordingRecord = { type: 'layout', timeMs: 0, width: 64, height: 48, monitors: [] };

test('what a viewer needs besides the picture is restated at the time of the key image, layout first', () => {
  const present = new PresentState();
  present.note(cursor);
  present.note({ ...cursor, x: 9 });
  present.note(layout);
  present.note({ type: 'mark', timeMs: 3, activity: 'idle' });
  expect(present.restate(70)).toEqual([
    { ...layout, timeMs: 70 },
    { ...cursor, x: 9, timeMs: 70 },
  ]);
});

test('a region stays reduced until its end', () => {
  const present = new PresentState();
  const begin: RecordingRecord = { type: 'rate-reduced', timeMs: 0, phase: 'begin', rectangle };
  present.note(begin);
  expect(present.restate(5)).toEqual([{ ...begin, timeMs: 5 }]);
  present.note({ ...begin, phase: 'end' });
  expect(present.restate(6)).toEqual([]);
});
