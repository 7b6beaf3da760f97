import type { HiddenApplications } from '@afterimage/contracts';
import type { Monitor, PixelOrder, Rectangle } from '@afterimage/recording';

/** One whole picture of the screen. The source overwrites the pixels once `onFrame` has resolved. */
export interface CapturedFrame {
  /** When it was on the screen, on the agent's monotonic clock. */
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
  /** Default `rgbx`, with alpha 255. The same for all frames of a source. */
  readonly pixelOrder?: PixelOrder;
  /** Where it may differ from the frame before. Default: anywhere. */
  readonly damage?: readonly Rectangle[];
  /** Default: one as large as the picture. */
  readonly monitors?: readonly Monitor[];
}

export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  /** Not premultiplied. */
  readonly rgba: Uint8Array;
}

/** The pointer, which is no part of the pixels. */
export interface CapturedCursor {
  readonly atMs: number;
  /** Of the hotspot. */
  readonly x: number;
  readonly y: number;
  /** Undefined when no pointer is shown. */
  readonly shape: CursorShape | undefined;
}

/** What a source notices beside pixels. `text` is what a reviewer reads and searches. */
export interface CapturedEvent {
  readonly atMs: number;
  readonly kind: 'session.started' | 'navigation' | 'title' | 'window.activated';
  readonly text: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface CaptureListener {
  /** The source offers its next frame once this resolves; what changed in between is in that frame. */
  onFrame(frame: CapturedFrame): Promise<void>;
  onEvent(event: CapturedEvent): void;
  onCursor(cursor: CapturedCursor): void;
  /** Keyboard or mouse were used; what was typed is not told. */
  onInput(atMs: number): void;
  /** Nothing more will come: the screen itself has gone. */
  onLost(): void;
}

/** What a source tells: pictures and all else; events and input alone; or no more than that the screen has gone. */
export type CaptureExtent = 'screen' | 'events' | 'nothing';

/** Where pixels and events of one session come from. */
export interface CaptureSource {
  readonly kind: 'browser' | 'x11';
  /** The same string means the same screen, so that a recording can go on after the agent's own death. */
  readonly targetId: string;
  start(listener: CaptureListener, extent: CaptureExtent): Promise<void>;
  /** From now on it tells so much; `screen` begins with a whole picture. No pixels are fetched otherwise. */
  capture?(extent: CaptureExtent): void;
  /**
   * From now on no picture shows windows of these programs, and no event names them; undefined: of none. Absent where
   * a source shows one program alone.
   */
  hide?(applications: HiddenApplications | undefined): void;
  /** How large the screen is, for who looks at no picture of it. */
  measure?(): Promise<{ readonly width: number; readonly height: number }>;
  /** Offers what is on the screen now, changed or not: after a gap the recording holds no picture. */
  showAgain?(): void;
  stop(): Promise<void>;
}
