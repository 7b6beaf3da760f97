import type { RecordingState } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { noteSegments } from '../recordings/recording-changes.ts';
import { sampleRecording } from '../testing/sample-recording.ts';
import { beginErasure, completeErasure, noteKeysToDestroy, placeHold, releaseHold } from './erasure-changes.ts';

const at = '2026-11-22T11:00:00.000Z';
const request = { requestedBy: 'ada', requestedAt: at, justificationSha256: 'ab'.repeat(32) };
const hold = { reason: 'case 4711 is open', placedBy: 'grace', placedAt: at };
const receipt = { text: '{}', signature: 'AAAA' };

describe('erasure', () => {
  test.each<RecordingState>(['complete', 'partial', 'failed'])('closes a recording that is %s', (state) => {
    expect(beginErasure(sampleRecording({ state }), request)).toMatchObject({ state: 'erasing', erasure: request });
  });

  test.each<RecordingState>(['live', 'interrupted', 'sealing', 'erasing', 'erased'])(
    'changes nothing of a recording that is %s',
    (state) => {
      const recording = sampleRecording({ state });
      expect(beginErasure(recording, request)).toBe(recording);
    },
  );

  test('is refused under a hold, and possible once it is released', () => {
    const held = placeHold(sampleRecording({ state: 'complete' }), hold);
    expect(beginErasure(held, request)).toBe(held);
    expect(beginErasure(releaseHold(held), request).state).toBe('erasing');
  });

  test('a hold that stands keeps its reason, and one that comes too late is not placed', () => {
    const held = placeHold(sampleRecording(), hold);
    expect(placeHold(held, { ...hold, placedBy: 'mallory' })).toBe(held);
    const erasing = sampleRecording({ state: 'erasing' });
    expect(placeHold(erasing, hold)).toBe(erasing);
  });

  test('the keys that were noted first are those of the receipt', () => {
    const erasing = beginErasure(sampleRecording({ state: 'complete' }), request);
    const noted = noteKeysToDestroy(erasing, ['aa']);
    expect(noteKeysToDestroy(noted, [])).toBe(noted);
  });

  test('is done once: a second receipt changes nothing', () => {
    const erasing = beginErasure(sampleRecording({ state: 'complete' }), request);
    const erased = completeErasure(erasing, receipt, at);
    expect(erased).toMatchObject({ state: 'erased', erasedAt: at, unsaidEvents: [{ type: 'RecordingErased' }] });
    expect(completeErasure(erased, { text: 'other', signature: 'BBBB' }, at)).toBe(erased);
  });

  test.each<RecordingState>(['erasing', 'erased'])('nothing late is added to a recording that is %s', (state) => {
    const recording = sampleRecording({ state });
    const late = {
      sequence: 1,
      fileNumber: 1,
      previousHash: 'h0',
      hash: 'h1',
      startMs: 0,
      endMs: 1,
      sizeBytes: 1,
      isFinal: true,
      hasKeyBegin: true,
    };
    expect(noteSegments(recording, [late], at)).toBe(recording);
  });
});
