import { type BusEventType, busEvents, makeRecordingFileId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleRecording } from '../testing/sample-recording.ts';
import {
  type ArrivedSegment,
  endWait,
  fail,
  interrupt,
  noteRejections,
  noteSegments,
  planFile,
  sealWith,
} from './recording-changes.ts';
import type { TrackedRecording } from './tracked-recording.ts';

const at = '2026-11-22T10:05:00.000Z';
const recordingFileId = makeRecordingFileId({ nowMs: () => 0, randomBytes: (n) => new Uint8Array(n) });

const laterFileId = makeRecordingFileId({ nowMs: () => 1, randomBytes: (n) => new Uint8Array(n) });

const segment = (sequence: number, isFinal = false): ArrivedSegment => ({
  sequence,
  fileNumber: 1,
  previousHash: `h${sequence - 1}`,
  hash: `h${sequence}`,
  startMs: (sequence - 1) * 1000,
  endMs: sequence * 1000,
  sizeBytes: 100,
  isFinal,
  hasKeyBegin: false,
});

const sealed = (recording: TrackedRecording, manifestVersion: number) => ({
  file: {
    recordingFileId,
    fileNumber: 1,
    objectKey: '2026/11/22/i_file.air',
    sizeBytes: recording.sizeBytes,
    firstSequence: 1,
    lastSequence: recording.contiguousSequence,
    sealedAt: at,
    manifestVersion,
  },
  layout: {
    ranges: (recording.sealing?.ranges ?? []).map(({ firstSequence, lastSequence }) => ({
      firstSequence,
      lastSequence,
    })),
    anchors: [],
    headHash: recording.sealing?.ranges.at(-1)?.hash ?? '',
    endMs: recording.durationMs,
  },
  manifestHash: 'hash',
});

const saidTypes = (recording: TrackedRecording): BusEventType[] => recording.unsaidEvents.map((event) => event.type);

describe('noteSegments', () => {
  test('reaches sealing exactly when everything up to the final segment is there, in any order of arrival', () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });
    fc.assert(
      fc.property(order, (arrival) => {
        let recording = sampleRecording();
        for (const [index, sequence] of arrival.entries()) {
          recording = noteSegments(recording, [segment(sequence, sequence === 6)], at);
          expect(recording.state).toBe(index === 5 ? 'sealing' : 'live');
        }
        expect(recording).toMatchObject({
          contiguousSequence: 6,
          finalSequence: 6,
          segmentCount: 6,
          sizeBytes: 600,
          durationMs: 6000,
        });
      }),
    );
  });

  test('DYN-007: a recording of events has the screen from its first key image on, in any order of arrival', () => {
    const arrived = [1, 2, 3, 4].map((sequence) => ({ ...segment(sequence), hasKeyBegin: sequence >= 3 }));
    const order = fc.shuffledSubarray(arrived, { minLength: arrived.length });
    fc.assert(
      fc.property(order, (arrival) => {
        let recording = sampleRecording({ content: 'events' });
        for (const one of arrival) recording = noteSegments(recording, [one], at);
        expect(recording).toMatchObject({ content: 'screen', screenFromMs: 2000 });
      }),
    );
    expect(noteSegments(sampleRecording({ content: 'events' }), [segment(1)], at).content).toBe('events');
    expect(noteSegments(sampleRecording(), arrived, at)).not.toHaveProperty('screenFromMs');
  });

  test('segments that are known change nothing', () => {
    const recording = noteSegments(sampleRecording(), [segment(1), segment(2)], at);
    expect(noteSegments(recording, [segment(2), segment(1)], '2026-11-22T11:00:00.000Z')).toBe(recording);
  });

  test('an interrupted recording is live again and says so', () => {
    const interrupted = interrupt(sampleRecording(), Date.parse(at));
    expect(interrupted.state).toBe('interrupted');
    const resumed = noteSegments(interrupted, [segment(1)], at);
    expect(resumed.state).toBe('live');
    expect(saidTypes(resumed)).toEqual(['RecordingInterrupted', 'RecordingResumed']);
  });
});

describe('noteRejections', () => {
  test('counts and reports the same refused bytes once', () => {
    const rejection = { objectKey: 'chunks/x', sequence: 3, reason: 'signature-invalid' } as const;
    const once = noteRejections(sampleRecording(), [rejection], at);
    expect(once).toMatchObject({ rejectedCount: 1, rejections: [rejection] });
    expect(saidTypes(once)).toEqual(['SegmentRejected']);
    expect(noteRejections(once, [rejection], at)).toBe(once);
  });
});

describe('sealing', () => {
  const ready = planFile(noteSegments(sampleRecording(), [segment(1), segment(2, true)], at), recordingFileId, at);

  test('makes a recording complete when nothing is missing', () => {
    const complete = sealWith(ready, sealed(ready, 1), at);
    expect(complete).toMatchObject({ state: 'complete', gaps: [], manifestVersion: 1 });
    expect(complete.sealing).toBeUndefined();
    expect(saidTypes(complete)).toEqual(['RecordingFinished']);
  });

  test('makes a recording partial, with its gaps declared, when the wait ended first', () => {
    const waiting = noteSegments(sampleRecording(), [segment(1), segment(4)], at);
    const waited = planFile(endWait(interrupt(waiting, Date.parse(at))), recordingFileId, at);
    const partial = sealWith(waited, sealed(waited, 1), at);
    expect(partial.state).toBe('partial');
    expect(partial.gaps.map((gap) => gap.reason)).toEqual(['segments-missing', 'end-not-attested']);
  });

  test('keeps waiting when more was stored while the file was written', () => {
    const waiting = noteSegments(sampleRecording(), [segment(1), segment(4)], at);
    const waited = planFile(endWait(interrupt(waiting, Date.parse(at))), recordingFileId, at);
    const after = sealWith(noteSegments(waited, [segment(3)], at), sealed(waited, 1), at);
    expect(after).toMatchObject({ state: 'interrupted', manifestVersion: 1 });
  });

  test('goes on sealing when the end was reached while the file was written, and remembers the file that is replaced', () => {
    const waited = planFile(
      endWait(interrupt(noteSegments(sampleRecording(), [segment(2, true)], at), Date.parse(at))),
      recordingFileId,
      at,
    );
    const first = sealWith(noteSegments(waited, [segment(1)], at), sealed(waited, 1), at);
    expect(first).toMatchObject({ state: 'sealing', manifestVersion: 1, supersededFileIds: [] });
    const again = planFile(first, laterFileId, at);
    const file = { ...sealed(again, 2).file, recordingFileId: laterFileId };
    expect(sealWith(again, { ...sealed(again, 2), file }, at)).toMatchObject({
      state: 'complete',
      files: [{ recordingFileId: laterFileId }],
      supersededFileIds: [recordingFileId],
    });
  });

  test('a file that was not planned seals nothing', () => {
    const unplanned = noteSegments(sampleRecording(), [segment(1, true)], at);
    expect(sealWith(unplanned, sealed(unplanned, 1), at)).toBe(unplanned);
  });

  test('a recording of which nothing arrived fails', () => {
    const failed = fail(endWait(interrupt(sampleRecording(), Date.parse(at))), at);
    expect(failed.state).toBe('failed');
    expect(saidTypes(failed)).toEqual(['RecordingInterrupted', 'RecordingFailed']);
  });

  test('every event keeps to its schema', () => {
    const recordings = [
      sealWith(ready, sealed(ready, 1), at),
      fail(endWait(interrupt(sampleRecording(), Date.parse(at))), at),
      noteRejections(sampleRecording(), [{ objectKey: 'chunks/x', reason: 'malformed' }], at),
    ];
    for (const { type, detail } of recordings.flatMap((recording) => recording.unsaidEvents)) {
      expect(() => busEvents[type].parse(detail)).not.toThrow();
    }
  });
});
