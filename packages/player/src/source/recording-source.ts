import type { RecordingState } from '@afterimage/contracts';
import type { EpochKey } from '@afterimage/recording';

/** A stored segment as the timeline sees it. Sequences may leave holes where segments are missing. */
export interface TimelineSegment {
  readonly sequence: number;
  readonly epoch: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly hasKeyBegin: boolean;
  readonly isFinal: boolean;
  readonly sizeBytes: number;
}

/** Where segments come from: the API, or in tests and tools an array of bytes. */
export interface RecordingSource {
  /** Asks what is stored by now. Cheap when nothing is new; adds to `segments`. Afterwards `isWhole`. */
  refresh(signal: AbortSignal): Promise<RecordingState>;
  /** Asks at least for what shows one moment, which is sooner there than all; `refresh` reads the rest. */
  refreshAround(timeMs: number, signal: AbortSignal): Promise<RecordingState>;
  /** In sequence. Late ones take their place between others, which then move. */
  readonly segments: readonly TimelineSegment[];
  /** Whether `segments` are all that was stored, or those around one moment. */
  readonly isWhole: boolean;
  /** End of all that is stored, also of what is not among `segments` yet. */
  readonly durationMs: number;
  /** Rises when late segments took their place. */
  readonly lateArrivals: number;
  /** How long ago a moment of the recording happened, by the service's clock; undefined where that is not known. */
  ageMs(timeMs: number): number | undefined;
  /** Verified bytes of the segments at `from` to `to` (positions in `segments`, exclusive end). @throws PlaybackFailure */
  read(from: number, to: number, signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /** @throws PlaybackFailure */
  epochKey(epoch: number, signal: AbortSignal): Promise<EpochKey>;
  /** Asks whether the playback that keys are released to still holds. @throws PlaybackFailure */
  confirm(signal: AbortSignal): Promise<void>;
  /** Drops every key that was released. */
  forgetKeys(): void;
}

export type PlaybackFailureKind =
  | 'not-permitted'
  /** There is no such recording, or the viewer may not see it, or may not any more. */
  | 'not-visible'
  /** Bytes are not where they should be. */
  | 'not-found'
  | 'erased'
  | 'expired'
  | 'unreachable'
  | 'damaged'
  | 'signed-out'
  /** Of live view only: what is stored can be played. */
  | 'live-forbidden'
  | 'internal';

/** Why playback cannot go on; the page turns the kind into words. */
export class PlaybackFailure extends Error {
  readonly kind: PlaybackFailureKind;
  /** Of the segment that is to blame, where one is. */
  readonly sequence: number | undefined;

  constructor(kind: PlaybackFailureKind, options: { sequence?: number; cause?: unknown } = {}) {
    super(options.sequence === undefined ? kind : `${kind}: segment ${options.sequence}`, { cause: options.cause });
    this.name = 'PlaybackFailure';
    this.kind = kind;
    this.sequence = options.sequence;
  }
}
