import type { RecordingState } from '@afterimage/contracts';
import type { PlaybackFailureKind } from './source/recording-source.ts';
import type { TimeRange } from './timeline/timeline.ts';

/** The speeds of PLY-052. */
export const playbackSpeeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
export type PlaybackSpeed = (typeof playbackSpeeds)[number];

/** Time without pixels: declared by the host, or noticed because segments are missing. */
export interface Gap extends TimeRange {
  readonly reason: string;
}

/** Why no picture is shown at the position. */
export type PlayerNotice =
  | { readonly kind: 'blocked' | 'gap'; readonly reason: string }
  /** Cannot be shown; `altered`: because it is not what the device sealed. */
  | { readonly kind: 'damaged' | 'altered' };

/** What people see. A new object only when something in it changed; the position moves ten times a second at most. */
export interface PlayerState {
  readonly status:
    | 'loading'
    | 'paused'
    | 'playing'
    /** On its way to the position: bytes are missing, or pictures in between still have to be decoded. */
    | 'buffering'
    /** At the edge of a recording that may grow: the next moment has not happened yet, or has not arrived. */
    | 'waiting-for-live'
    | 'ended'
    | 'failed';
  /** What the play button was asked for, whatever the status. */
  readonly wantsToPlay: boolean;
  readonly recordingState: RecordingState | undefined;
  readonly positionMs: number;
  readonly durationMs: number;
  readonly speed: PlaybackSpeed;
  readonly isLive: boolean;
  /** Follows what happens now; false after a pause or a step back. */
  readonly isAtLiveEdge: boolean;
  /** How far what is shown lies behind reality, by the service's clock; undefined away from the edge and before it is known. */
  readonly liveLagMs: number | undefined;
  /** At the edge: since when nothing new was stored, in whole seconds. A still screen is quiet too. */
  readonly quietMs: number;
  /** Nobody may watch live here: the recording comes at its host's own pace. */
  readonly isLiveForbidden: boolean;
  /** The service does not answer; it is asked again by itself. */
  readonly isUnreachable: boolean;
  readonly buffered: readonly TimeRange[];
  /** Missing segments, and gaps that were declared in the segments loaded so far. */
  readonly gaps: readonly Gap[];
  /** Stored, and cannot be shown; up to the next intact key image. */
  readonly damaged: readonly TimeRange[];
  /** Where of that the reason is that it is not what the device sealed. */
  readonly altered: readonly TimeRange[];
  readonly notice: PlayerNotice | undefined;
  readonly failure: PlaybackFailureKind | undefined;
  /** The canvas shows the picture of the position, or is about to. */
  readonly hasPicture: boolean;
}

export const initialPlayerState: PlayerState = {
  status: 'loading',
  wantsToPlay: false,
  recordingState: undefined,
  positionMs: 0,
  durationMs: 0,
  speed: 1,
  isLive: false,
  isAtLiveEdge: false,
  liveLagMs: undefined,
  quietMs: 0,
  isLiveForbidden: false,
  isUnreachable: false,
  buffered: [],
  gaps: [],
  damaged: [],
  altered: [],
  notice: undefined,
  failure: undefined,
  hasPicture: false,
};

/** Lists are compared by identity: whoever makes them keeps them while nothing changed. */
export function isSameState(a: PlayerState, b: PlayerState): boolean {
  const keys = Object.keys(a) as (keyof PlayerState)[];
  return keys.every((key) => (key === 'notice' ? isSameNotice(a.notice, b.notice) : Object.is(a[key], b[key])));
}

function isSameNotice(a: PlayerNotice | undefined, b: PlayerNotice | undefined): boolean {
  const reasonOf = (notice: PlayerNotice | undefined) =>
    notice !== undefined && 'reason' in notice ? notice.reason : undefined;
  return a?.kind === b?.kind && reasonOf(a) === reasonOf(b);
}
