export type { LiveLink } from './live/live-link.ts';
export { LiveWatch, type LiveWatchOptions } from './live/live-watch.ts';
export { isWithdrawal } from './playback-check.ts';
export { Player } from './player.ts';
export type { PlayerOptions } from './player-options.ts';
export { type Gap, type PlaybackSpeed, type PlayerNotice, type PlayerState, playbackSpeeds } from './player-state.ts';
export { type ProofState, RecordingProof } from './proof/recording-proof.ts';
export { readStoredManifest, storedBytes } from './proof/stored-recording.ts';
export { ApiSource, type ApiSourceOptions, type PlayerApi } from './source/api-source.ts';
export { base64ToBytes } from './source/base64.ts';
export { PlaybackOpening, type PlaybackOpeningOptions } from './source/playback-opening.ts';
export {
  PlaybackFailure,
  type PlaybackFailureKind,
  type RecordingSource,
  type TimelineSegment,
} from './source/recording-source.ts';
export { CanvasSink, type CanvasSinkOptions } from './stage/canvas-sink.ts';
export { type Cursor, type PictureSink, Stage } from './stage/stage.ts';
export { parsePosition } from './timeline/position.ts';
export { durationOf, holesOf, keyStartFor, segmentAt, type TimeRange } from './timeline/timeline.ts';
