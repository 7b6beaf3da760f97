import type { RecordingState } from '@afterimage/contracts';
import type { PlaybackFailureKind } from './source/recording-source.ts';
import type { StageNotice } from './stage/stage.ts';
import type { TimeRange } from './timeline/timeline.ts';

/** The speeds of PLY-052. */
export const playbackSpeeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
export type PlaybackSpeed = (typeof playbackSpeeds)[number];

export interface PlayerState {
  readonly status:
    | 'loading'
    | 'paused'
    | 'playing'
    /** Wants to play and lacks bytes. */
    | 'buffering'
    /** At the edge of a live recording: the next moment has not happened yet, or has not arrived. */
    | 'waiting-for-live'
    | 'ended'
    | 'failed';
  readonly recordingState: RecordingState | undefined;
  readonly positionMs: number;
  readonly durationMs: number;
  readonly speed: PlaybackSpeed;
  readonly isLive: boolean;
  readonly isAtLiveEdge: boolean;
  readonly buffered: readonly TimeRange[];
  /** Nothing is stored of these times. */
  readonly holes: readonly TimeRange[];
  /** Stored, and not what the device sealed. */
  readonly damaged: readonly TimeRange[];
  readonly notice: StageNotice | undefined;
  readonly failure: PlaybackFailureKind | undefined;
  readonly hasPicture: boolean;
}

export const initialPlayerState: PlayerState = {
  status: 'loading',
  recordingState: undefined,
  positionMs: 0,
  durationMs: 0,
  speed: 1,
  isLive: false,
  isAtLiveEdge: false,
  buffered: [],
  holes: [],
  damaged: [],
  notice: undefined,
  failure: undefined,
  hasPicture: false,
};
