import { makeRecordingFileId, type RecordingFile } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import type { StoredSegment } from '../recordings/stored-segment.ts';
import { FileLayoutBuilder, listingStart, SegmentLocator, segmentsPerAnchor } from './locate-segments.ts';

function locateSegments(
  recording: ConstructorParameters<typeof SegmentLocator>[0],
  segments: readonly StoredSegment[],
) {
  const locator = new SegmentLocator(recording);
  return segments.map((each) => ({ segment: each, ...locator.locate(each) }));
}

const segment = (sequence: number): StoredSegment => ({
  sequence,
  fileNumber: 1,
  epoch: 0,
  startMs: sequence,
  endMs: sequence + 1,
  hasKeyBegin: false,
  hasKeyEnd: false,
  hasEvents: false,
  isFinal: false,
  isStreaming: false,
  hash: `h${sequence}`,
  previousHash: `h${sequence - 1}`,
  objectKey: `chunk-${sequence}`,
  offset: 0,
  sizeBytes: 100 + (sequence % 7),
});

const file: RecordingFile = {
  recordingFileId: makeRecordingFileId({ nowMs: () => 0, randomBytes: (n) => new Uint8Array(n) }),
  fileNumber: 1,
  objectKey: 'file',
  sizeBytes: 1,
  firstSequence: 1,
  lastSequence: 2,
  sealedAt: '2026-11-22T10:00:00.000Z',
  manifestVersion: 1,
};

describe('where segments lie', () => {
  const inFile = Array.from({ length: 2500 }, (_, index) => segment(index < 1200 ? index + 1 : index + 11));
  const builder = new FileLayoutBuilder(64);
  const offsets = new Map(inFile.map((each) => [each.sequence, builder.add(each)]));
  const recording = { files: [file], fileLayouts: [builder.finish()] };

  test.each([0, 1, 999, 1000, 1200, 1205, 2400])(
    'counts the same offsets from a page after %i as the file has',
    (after) => {
      const start = listingStart(recording, after);
      expect(after - start).toBeLessThan(segmentsPerAnchor + 11);
      const rows = inFile.filter((each) => each.sequence > start);
      const located = locateSegments(recording, rows).filter((each) => each.segment.sequence > after);
      expect(located.length).toBeGreaterThan(0);
      for (const { segment: each, offset, store } of located) {
        expect([store, offset]).toEqual(['recordings', offsets.get(each.sequence)]);
      }
    },
  );

  test('leaves what arrived after the file was written in its chunk', () => {
    const late = { ...segment(1205), offset: 17 };
    const rows = [...inFile, late].sort((a, b) => a.sequence - b.sequence);
    const located = locateSegments(recording, rows);
    expect(located.find((each) => each.segment.sequence === 1205)).toMatchObject({
      store: 'landing',
      objectKey: 'chunk-1205',
      offset: 17,
    });
    expect(located.find((each) => each.segment.sequence === 1500)?.offset).toBe(offsets.get(1500));
  });

  test('STO-009 finds the segments of several files and of the chunks behind them, from any page on', () => {
    const all = Array.from({ length: 60 }, (_, index) => segment(index + 1));
    const layouts = [all.slice(0, 20), all.slice(20, 45)].map((part) => {
      const layout = new FileLayoutBuilder(80);
      return { offsets: part.map((each) => [each.sequence, layout.add(each)] as const), layout: layout.finish() };
    });
    const files = [file, { ...file, fileNumber: 2, objectKey: 'second' }];
    const rolled = { files, fileLayouts: layouts.map(({ layout }) => layout) };
    const expected = new Map(layouts.flatMap((part) => part.offsets));
    for (let after = 0; after < all.length; after++) {
      const start = listingStart(rolled, after);
      const located = locateSegments(rolled, all.slice(start)).filter((each) => each.segment.sequence > after);
      for (const { segment: each, objectKey, offset } of located) {
        const holder = each.sequence <= 20 ? 'file' : each.sequence <= 45 ? 'second' : `chunk-${each.sequence}`;
        expect([objectKey, offset]).toEqual([holder, expected.get(each.sequence) ?? 0]);
      }
    }
  });

  test('a page far behind the last file begins where it is asked to', () => {
    expect(listingStart(recording, 90_000)).toBe(90_000);
  });

  test('before there is a file everything is in its chunk', () => {
    expect(locateSegments({ files: [], fileLayouts: [] }, [segment(1)])).toMatchObject([
      { store: 'landing', objectKey: 'chunk-1' },
    ]);
  });
});
