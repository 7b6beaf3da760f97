import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { anyRecord, withTimes } from '../testing/record-arbitraries.ts';
import type { RecordingRecord } from './record.ts';
import { decodeRecords, encodeRecord, encodeRecords } from './record-codec.ts';

describe('records', () => {
  test('round-trip in any number and order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRecord, fc.nat({ max: 100_000 }))), fc.nat(), (pairs, startMs) => {
        const records = withTimes(
          pairs.map(([record]) => record),
          pairs.map(([, gapMs]) => gapMs),
          startMs,
        );
        expect(decodeRecords(encodeRecords(records, startMs), startMs, records.at(-1)?.timeMs ?? startMs)).toEqual(
          records,
        );
      }),
    );
  });

  test('of a type yet unknown are skipped and their time still counts', () => {
    const known: RecordingRecord = { type: 'mark', timeMs: 30, activity: 'active' };
    const unknown = Uint8Array.of(200, 10, 3, 1, 2, 3);
    const body = new Uint8Array([...unknown, ...encodeRecord(known, 10)]);
    expect(decodeRecords(body, 0, Number.MAX_SAFE_INTEGER)).toEqual([known]);
  });

  test('mutated at will give records or a typed error, never anything else', () => {
    const mutation = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), fc.array(mutation), (records, mutations) => {
        const body = encodeRecords(records, 0);
        for (const [at, value] of mutations) body[at % body.length] = value;
        expectRecordsOrTypedError(body);
      }),
      { numRuns: 500 },
    );
  });

  test('made of random bytes give records or a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => expectRecordsOrTypedError(body)),
      { numRuns: 500 },
    );
  });

  test('with bytes behind their last field are refused', () => {
    const markWithTail = Uint8Array.of(6, 0, 2, 1, 0);
    expect(() => decodeRecords(markWithTail, 0, 9)).toThrow(expect.objectContaining({ code: 'record-malformed' }));
  });

  test('say when idleness began, and never that it began after they did', () => {
    const mark: RecordingRecord = { type: 'mark', timeMs: 30_250, activity: 'idle', sinceMs: 250 };
    const body = encodeRecord(mark, 0);
    expect(decodeRecords(body, 0, 30_250)).toEqual([mark]);
    expect(() => encodeRecord({ ...mark, sinceMs: 30_251 }, 0)).toThrow(RangeError);
    body.set([0xff, 0xff], body.length - 8);
    expect(() => decodeRecords(body, 0, 30_250)).toThrow(expect.objectContaining({ code: 'record-malformed' }));
  });

  test('behind the end that their segment states are refused', () => {
    const body = encodeRecords([{ type: 'mark', timeMs: 30, activity: 'idle' }], 10);
    expect(decodeRecords(body, 10, 30)).toHaveLength(1);
    expect(() => decodeRecords(body, 10, 29)).toThrow(expect.objectContaining({ code: 'record-malformed' }));
    const late = Number.MAX_SAFE_INTEGER - 5;
    expect(() => decodeRecords(body, late, late + 5)).toThrow(expect.objectContaining({ code: 'record-malformed' }));
  });

  test('cut short are refused', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), (record, at) => {
        const body = encodeRecord(record, 0);
        const cut = body.subarray(0, 1 + (at % (body.length - 1)));
        expect(() => decodeRecords(cut, 0, Number.MAX_SAFE_INTEGER)).toThrow(
          expect.objectContaining({ code: 'record-malformed' }),
        );
      }),
    );
  });
});

describe('a record is refused before it is written', () => {
  const event = (fields: Record<string, never>): RecordingRecord => ({
    type: 'event',
    timeMs: 0,
    kind: 'x',
    assertedBy: 'agent',
    fields,
  });
  let nested: Record<string, unknown> = {};
  for (let depth = 0; depth < 20; depth++) nested = { nested };

  test.each<[string, RecordingRecord]>([
    ['earlier than the one before', { type: 'mark', timeMs: -1, activity: 'idle' }],
    ['a cursor shape with bytes missing', { ...cursorShape(), rgba: new Uint8Array(3) }],
    ['a cursor shape as large as a picture', { ...cursorShape(), width: 257 }],
    ['a gap that ends before it begins', { type: 'gap', timeMs: 0, fromMs: 2, toMs: 1, reason: '' }],
    ['an event nested deeper than a reader follows', event(nested as Record<string, never>)],
    ['an event of a megabyte', event({ text: 'x'.repeat(1 << 20) } as unknown as Record<string, never>)],
    ['a reason of a kilobyte', { type: 'end', timeMs: 0, reason: 'x'.repeat(1024) }],
    ['a cursor at a fraction of a pixel', { type: 'cursor', timeMs: 0, x: 0.5, y: 0, shapeId: 0, isVisible: true }],
  ])('%s', (_, record) => {
    expect(() => encodeRecord(record, 0)).toThrow(RangeError);
  });
});

function cursorShape(): RecordingRecord & { type: 'cursor-shape' } {
  const rgba = new Uint8Array(4);
  return { type: 'cursor-shape', timeMs: 0, shapeId: 1, width: 1, height: 1, hotspotX: 0, hotspotY: 0, rgba };
}

function expectRecordsOrTypedError(body: Uint8Array): void {
  try {
    expect(Array.isArray(decodeRecords(body, 0, Number.MAX_SAFE_INTEGER))).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(RecordingFormatError);
    expect(error).toHaveProperty('code', 'record-malformed');
  }
}
