import type { JournalEntry, RecordingRecord, SegmentPlan, WriterCheckpoint } from '@afterimage/recording';
import { describe, expect, test } from '@jest/globals';
import { mendContent } from './mend-journal.ts';

const screen = (timeMs: number, isKeyImage: boolean): RecordingRecord => ({
  type: 'screen',
  timeMs,
  isKeyImage,
  partIndex: 0,
  isLast: true,
  width: 1,
  height: 1,
  bytes: new Uint8Array(1),
});

const checkpoint: WriterCheckpoint = {
  version: 1,
  sequence: 0,
  chainHash: '',
  position: { ordinal: 0, packetByte: 0, partIndex: 0 },
  state: { fileNumber: 1, epoch: 0, lastTimeMs: 0, isKeyImageNeeded: true, isBlocked: false, hasEnded: false },
};
const before = { checkpoint, plans: [], records: [screen(0, true)] };
const recordsBehind = (...records: RecordingRecord[]): JournalEntry[] =>
  records.map((record, index) => ({ kind: 'record', ordinal: index + 2, record }));
const planUpTo = (ordinal: number): JournalEntry => {
  const end = { ordinal, packetByte: 0, partIndex: 0 };
  const plan: Partial<SegmentPlan> = { version: 1, sequence: 1, start: checkpoint.position, end };
  return { kind: 'plan', plan: plan as SegmentPlan };
};

describe('a journal damaged in the middle', () => {
  test('goes on after a gap that reaches to the next whole picture', () => {
    const behind = recordsBehind(screen(10, false), { type: 'mark', timeMs: 20, activity: 'active' }, screen(30, true));
    expect(mendContent(before, behind)?.records).toMatchObject([
      { timeMs: 0 },
      { type: 'gap', timeMs: 20, fromMs: 0, toMs: 30, reason: 'journal-damaged' },
      { type: 'mark' },
      { type: 'screen', timeMs: 30 },
    ]);
  });

  test('is given up when a segment was planned of what is lost, as it could not be sealed again the same', () => {
    expect(mendContent(before, [planUpTo(1)])).toBeDefined();
    expect(mendContent(before, [planUpTo(2)])).toBeUndefined();
  });

  test('is given up when the packet is lost that the last segment cut', () => {
    const position = { ordinal: 4, packetByte: 100, partIndex: 1 };
    expect(mendContent({ ...before, records: [], checkpoint: { ...checkpoint, position } }, [])).toBeUndefined();
  });
});
