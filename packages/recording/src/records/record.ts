/** A JSON value that survives a round trip unchanged. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** Who vouches for what an event says. */
export type Asserter = 'agent' | 'directory' | 'administrator';

export interface CanvasRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A monitor's place on the one canvas that is recorded. */
export interface Monitor extends CanvasRectangle {
  readonly name: string;
  readonly isPrimary: boolean;
}

interface Timed {
  /** Since the recording began, on the agent's monotonic clock. Records are in time order. */
  readonly timeMs: number;
}

/**
 * A screen packet, or the part of one that its segment had room for. Parts follow each other in consecutive segments
 * and one segment holds at most one part of a packet; a whole packet has `partIndex` 0 and `isLast`.
 */
export interface ScreenRecord extends Timed {
  readonly type: 'screen';
  readonly isKeyImage: boolean;
  readonly partIndex: number;
  readonly isLast: boolean;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Sent once per shape and again after every key image; `rgba` has width * height * 4 bytes, not premultiplied. */
export interface CursorShapeRecord extends Timed {
  readonly type: 'cursor-shape';
  readonly shapeId: number;
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  readonly rgba: Uint8Array;
}

/** Position of the hotspot; it may lie outside the canvas. */
export interface CursorRecord extends Timed {
  readonly type: 'cursor';
  readonly x: number;
  readonly y: number;
  readonly shapeId: number;
  readonly isVisible: boolean;
}

export interface LayoutRecord extends Timed {
  readonly type: 'layout';
  readonly width: number;
  readonly height: number;
  readonly monitors: readonly Monitor[];
}

export interface EventRecord extends Timed {
  readonly type: 'event';
  /** Dotted name such as `window.activated`. */
  readonly kind: string;
  readonly assertedBy: Asserter;
  readonly fields: JsonObject;
}

/** Whether the screen is changing; an idle recording holds one `idle` mark a minute and nothing else. */
export interface MarkRecord extends Timed {
  readonly type: 'mark';
  readonly activity: 'active' | 'idle';
  /** Of an idle mark: when idleness began, which is known only later. */
  readonly sinceMs?: number;
}

/** No pixels exist between `block-begin` and `block-end`. */
export interface BlockBeginRecord extends Timed {
  readonly type: 'block-begin';
  readonly reason: string;
}

export interface BlockEndRecord extends Timed {
  readonly type: 'block-end';
  readonly reason: string;
}

/** Declared loss: nothing, or not everything, was recorded between the two times. */
export interface GapRecord extends Timed {
  readonly type: 'gap';
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  /** Number of records lost, where it is known. */
  readonly lostCount?: number;
}

/** A region that moves too much is recorded once a second from `begin` to `end`; each recorded frame stays exact. */
export interface RateReducedRecord extends Timed {
  readonly type: 'rate-reduced';
  readonly phase: 'begin' | 'end';
  readonly rectangle: CanvasRectangle;
}

/** Opaque to the container; reserved for the lossy mode. */
export interface MediaRecord extends Timed {
  readonly type: 'audio' | 'video';
  readonly bytes: Uint8Array;
}

/** The last record of a recording that ended by the agent's own hand. */
export interface EndRecord extends Timed {
  readonly type: 'end';
  readonly reason: string;
}

export type RecordingRecord =
  | ScreenRecord
  | CursorShapeRecord
  | CursorRecord
  | LayoutRecord
  | EventRecord
  | MarkRecord
  | BlockBeginRecord
  | BlockEndRecord
  | GapRecord
  | RateReducedRecord
  | MediaRecord
  | EndRecord;

/** Wraps a whole packet of the screen codec; the writer cuts it into parts where a segment is full. */
export function wholeScreenPacket(
  timeMs: number,
  size: { readonly width: number; readonly height: number },
  packet: { readonly isKeyImage: boolean; readonly bytes: Uint8Array },
): ScreenRecord {
  const { width, height } = size;
  return {
    type: 'screen',
    timeMs,
    isKeyImage: packet.isKeyImage,
    partIndex: 0,
    isLast: true,
    width,
    height,
    bytes: packet.bytes,
  };
}

export function isWholeScreenPacket(record: ScreenRecord): boolean {
  return record.partIndex === 0 && record.isLast;
}
