import * as fc from 'fast-check';
import type { CanvasRectangle, JsonObject, RecordingRecord } from '../records/record.ts';

const reason = fc.string({ unit: 'grapheme', maxLength: 12 });
const unsigned = fc.nat({ max: 0xffff_ffff });
const signed = fc.integer({ min: -0x7fff_ffff, max: 0x7fff_ffff });
const side = fc.integer({ min: 1, max: 16_384 });

const rectangle: fc.Arbitrary<CanvasRectangle> = fc.record({ x: signed, y: signed, width: unsigned, height: unsigned });

/** As JSON carries it: no negative zero, and no key that an object literal would not hold. */
const fields: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4, noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const cursorShape = fc
  .record({ width: fc.nat({ max: 12 }), height: fc.nat({ max: 12 }), shapeId: unsigned, timeMs: fc.constant(0) })
  .chain(({ width, height, shapeId, timeMs }) =>
    fc.record({
      type: fc.constant('cursor-shape' as const),
      timeMs: fc.constant(timeMs),
      shapeId: fc.constant(shapeId),
      width: fc.constant(width),
      height: fc.constant(height),
      hotspotX: fc.nat({ max: 12 }),
      hotspotY: fc.nat({ max: 12 }),
      rgba: fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
    }),
  );

const gap = fc
  .record({ fromMs: fc.nat(), lengthMs: fc.nat(), reason, lost: fc.option(fc.nat(), { nil: undefined }) })
  .map(({ fromMs, lengthMs, reason, lost }) => ({
    type: 'gap' as const,
    timeMs: 0,
    fromMs,
    toMs: fromMs + lengthMs,
    reason,
    ...(lost !== undefined && { lostCount: lost }),
  }));

const at0 = fc.constant(0);

/** Any record but a screen packet and the end, at time 0. */
export const stateRecord: fc.Arbitrary<RecordingRecord> = fc.oneof(
  cursorShape,
  gap,
  fc.record({
    type: fc.constant('cursor' as const),
    timeMs: at0,
    x: signed,
    y: signed,
    shapeId: unsigned,
    isVisible: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('layout' as const),
    timeMs: at0,
    width: side,
    height: side,
    monitors: fc.array(
      fc.tuple(rectangle, reason, fc.boolean()).map(([place, name, isPrimary]) => ({ ...place, name, isPrimary })),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant('event' as const),
    timeMs: at0,
    kind: reason,
    assertedBy: fc.constantFrom('agent' as const, 'directory' as const, 'administrator' as const),
    fields,
  }),
  fc.record({
    type: fc.constant('mark' as const),
    timeMs: at0,
    activity: fc.constantFrom('active' as const, 'idle' as const),
  }),
  fc.constant({ type: 'mark', timeMs: 0, activity: 'idle', sinceMs: 0 } as const),
  fc.record({
    type: fc.constant('rate-reduced' as const),
    timeMs: at0,
    phase: fc.constantFrom('begin' as const, 'end' as const),
    rectangle,
  }),
  fc.record({
    type: fc.constantFrom('audio' as const, 'video' as const),
    timeMs: at0,
    bytes: fc.uint8Array({ maxLength: 64 }),
  }),
);

export const anyRecord: fc.Arbitrary<RecordingRecord> = fc.oneof(
  { weight: 4, arbitrary: stateRecord },
  fc.record({
    type: fc.constantFrom('block-begin' as const, 'block-end' as const, 'end' as const),
    timeMs: at0,
    reason,
  }),
  fc.record({
    type: fc.constant('screen' as const),
    timeMs: at0,
    isKeyImage: fc.boolean(),
    partIndex: unsigned,
    isLast: fc.boolean(),
    width: side,
    height: side,
    bytes: fc.uint8Array({ maxLength: 200 }),
  }),
);

/** Gives records the times that the gaps between them add up to. */
export function withTimes(
  records: readonly RecordingRecord[],
  gapsMs: readonly number[],
  startMs = 0,
): RecordingRecord[] {
  let timeMs = startMs;
  return records.map((record, index) => {
    timeMs += gapsMs[index] ?? 0;
    return { ...record, timeMs };
  });
}
