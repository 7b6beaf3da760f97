/**
 * One whole picture of the screen. Pixels are RGBA in memory order, alpha 255; the source overwrites them once
 * `onFrame` has resolved.
 */
export interface CapturedFrame {
  /** When it was on the screen, on the agent's monotonic clock. */
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
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
  /** Nothing more will come: the screen itself has gone. */
  onLost(): void;
}

/** Where pixels and events of one session come from. */
export interface CaptureSource {
  readonly kind: 'browser' | 'x11';
  /** The same string means the same screen, so that a recording can go on after the agent's own death. */
  readonly targetId: string;
  start(listener: CaptureListener): Promise<void>;
  stop(): Promise<void>;
}
