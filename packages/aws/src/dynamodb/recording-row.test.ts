import {
  type DeclaredGap,
  maxRecordingFiles,
  recordingFileIdSchema,
  recordingSchema,
  sessionAttributesSchema,
} from '@afterimage/contracts';
import {
  maxReportedGaps,
  maxStoredRanges,
  noteRejections,
  noteSegments,
  type Rejection,
  sealWith,
  type TrackedRecording,
} from '@afterimage/core';
import { describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../../core/src/testing/sample-recording.ts';
import { joinRecording, toAnnouncedItem, toSealedItem, toStateItem } from './recording-row.ts';

const at = '2026-11-22T10:00:00.000Z';
const fileId = recordingFileIdSchema.parse(`fil_${'0'.repeat(26)}`);
const writtenFile = {
  fileNumber: 1,
  objectKey: `2026/11/22/i_${fileId}.air`,
  sizeBytes: 1,
  firstSequence: 1,
  lastSequence: 1,
  sealedAt: at,
  manifestVersion: 1,
};
const hash = (seed: number) => Buffer.alloc(32, seed).toString('base64');
const wide = (length: number) => '界'.repeat(length);

/** As DynamoDB counts: names and texts in UTF-8, numbers two digits a byte and one more, lists and maps 3 and 1 a member. */
function sizeBytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 2;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, item) => sum + 1 + sizeBytesOf(item), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, item]) => sum + Buffer.byteLength(name) + 1 + sizeBytesOf(item), 3);
}

const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value));

describe('the rows of a recording', () => {
  const attributes = sessionAttributesSchema.parse({
    user: { value: wide(256), assertedBy: 'agent' },
    host: { value: wide(256), assertedBy: 'agent' },
    groups: Array.from({ length: 500 }, () => ({ value: wide(32), assertedBy: 'directory' })),
  });
  const everyOther = Array.from({ length: maxStoredRanges }, (_, index) => ({
    sequence: index * 2 + 1_000_000_001,
    fileNumber: 1,
    previousHash: hash(1),
    hash: hash(2),
    startMs: index * 1000 + 0.123,
    endMs: index * 1000 + 999.123,
    sizeBytes: 262_144,
    isFinal: false,
    hasKeyBegin: false,
  }));
  const reportedGaps = Array.from(
    { length: maxReportedGaps },
    (_, index): DeclaredGap => ({ fromMs: index + 0.123, toMs: index + 1.123, reason: 'spool-full' }),
  );
  const refused = Array.from(
    { length: 1000 },
    (_, index): Rejection => ({
      sequence: index + 1,
      objectKey: `chunks/rec_${'0'.repeat(26)}/0000000001-0000000001-${String(index).padStart(16, '0')}.chunk`,
      reason: 'signature-invalid',
    }),
  );
  const numbers = Array.from({ length: maxRecordingFiles - 1 }, (_, index) => index + 2);
  const manyFiles = {
    files: numbers.map((fileNumber) => ({
      ...writtenFile,
      fileNumber,
      recordingFileId: fileId,
      sizeBytes: 50_000_000,
    })),
    fileSpans: numbers.map((fileNumber) => ({ fileNumber, firstSequence: 1_000_000_001, lastSequence: 1_000_000_001 })),
    fileLayouts: numbers.map(() => ({
      ranges: [{ firstSequence: 1_000_000_001, lastSequence: 1_000_000_001 }],
      anchors: [[1_000_000_001, 50_000_000] as const],
      headHash: hash(3),
      endMs: 1_000_000.123,
    })),
    supersededFileIds: Array.from({ length: 100 }, () => fileId),
  };
  const full = (): TrackedRecording => {
    const begun = sampleRecording({ attributes, reportedGaps, gaps: reportedGaps });
    const arrived = noteRejections(noteSegments(begun, everyOther, at), refused, at);
    const [span] = arrived.fileSpans;
    if (span === undefined) throw new Error('no file has begun');
    const sealing = { ...span, recordingFileId: fileId, since: at, ranges: arrived.storedRanges, isEnd: true };
    const file = { ...writtenFile, recordingFileId: fileId };
    const layout = {
      ranges: arrived.storedRanges.map(({ firstSequence, lastSequence }) => ({ firstSequence, lastSequence })),
      anchors: [],
      headHash: hash(3),
      endMs: 1,
    };
    const sealed = sealWith(
      { ...arrived, ...manyFiles, state: 'sealing', sealing },
      { file, layout, manifestHash: 'ab'.repeat(32) },
      at,
    );
    return { ...sealed, state: 'sealing', sealing };
  };

  test('each keep below 400 KB with every list as long as it can be, sealed and sealing again', () => {
    const recording = full();
    expect(recording.unsaidEvents.map(({ type }) => type)).toContain('RecordingFinished');
    for (const row of [toStateItem(recording), toAnnouncedItem(recording), toSealedItem(recording)]) {
      expect(sizeBytesOf(row)).toBeLessThan(400 * 1024);
    }
  });

  test('is read as it was written, however full', () => {
    const recording = asStored(full());
    const rows = [toStateItem(recording), toAnnouncedItem(recording), toSealedItem(recording)].map(asStored);
    const expected = { ...recording, ...asStored(recordingSchema.parse(recording)) };
    expect(asStored(joinRecording(rows))).toEqual({ recording: expected, isOfOneMoment: true });
    expect(joinRecording(rows.slice(1))).toBeUndefined();
  });

  test('DYN-007: that the screen came is read from what changes, as the announcement is written once', () => {
    const begun = sampleRecording({ content: 'events', commandedBy: 'grace' });
    const [place] = everyOther;
    if (place === undefined) throw new Error('nothing is stored');
    const arrived = noteSegments(begun, [{ ...place, hasKeyBegin: true }], at);
    const joined = joinRecording([toStateItem(arrived), toAnnouncedItem(begun)].map(asStored));
    expect(joined?.recording).toMatchObject({ content: 'screen', screenFromMs: place.startMs, commandedBy: 'grace' });
  });

  test('what was read between the two rows of a file that is sealed is told apart', () => {
    const recording = full();
    const newer = toSealedItem({ ...recording, manifestVersion: recording.manifestVersion + 1 });
    const rows = [toStateItem(recording), toAnnouncedItem(recording), newer].map(asStored);
    expect(joinRecording(rows)?.isOfOneMoment).toBe(false);
    expect(joinRecording(rows.slice(0, 2))?.isOfOneMoment).toBe(false);
  });

  test('the part that changes with each upload stays below a kilobyte for a working day in files of 50 MB', () => {
    const fileSpans = Array.from({ length: 14 }, (_, index) => ({
      fileNumber: index + 1,
      firstSequence: index * 3600 + 1,
      lastSequence: (index + 1) * 3600,
    }));
    const [place] = everyOther;
    if (place === undefined) throw new Error('nothing is stored');
    const { sequence, isFinal: _no, hasKeyBegin: _key, fileNumber: _one, ...range } = place;
    const recording = sampleRecording({
      fileSpans,
      storedRanges: [{ ...range, firstSequence: 1, lastSequence: sequence, endMs: 28_800_000 }],
      segmentCount: 50_400,
      sizeBytes: 640_000_000,
      durationMs: 28_800_000,
      contiguousSequence: 50_400,
      contiguousMs: 28_800_000,
      eventCount: 12_345,
      eventsCountedTo: '0'.repeat(40),
      previousRecordingHead: hash(9),
      manifestVersion: 13,
    });
    expect(sizeBytesOf(toStateItem(recording))).toBeLessThan(1024);
  });

  test('a session with more names of groups than the row can hold is refused', () => {
    const groups = Array.from({ length: 500 }, () => ({ value: wide(33), assertedBy: 'directory' }));
    expect(sessionAttributesSchema.safeParse({ ...attributes, groups }).success).toBe(false);
  });
});
