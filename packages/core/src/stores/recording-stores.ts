import type { PlaybackId, RecordedEvent, Recording, RecordingId } from '@afterimage/contracts';
import type { StoredSegment } from '../recordings/stored-segment.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';
import type { SegmentNotices } from '../timeline/notice-records.ts';
import type { PeriodMark } from '../timeline/noticed.ts';
import type { Page } from './agent-stores.ts';

export interface WrappedDataKey {
  /** Base64. */
  wrappedKey: string;
  wrappingKeyId: string;
}

/**
 * `counter-reused`: another recording of the device has this counter. Counters may come in any order: recordings that were
 * made while nobody could be reached are announced as they can be.
 */
export type BeginOutcome = 'begun' | 'exists' | 'counter-reused' | 'not-enrolled';

export interface RecordingStore {
  find(recordingId: RecordingId): Promise<TrackedRecording | undefined>;
  /** Stores a new recording, its wrapped key and its device's counter, or nothing. */
  begin(recording: TrackedRecording, key: WrappedDataKey): Promise<BeginOutcome>;
  /**
   * Applies a pure change to the newest state and stores it; repeats it when another writer was faster. A change that
   * returns its argument stores nothing. Undefined when there is no such recording.
   * @param seen what was just read: spares reading it again where nobody wrote since
   */
  change(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => TrackedRecording,
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined>;
}

/** Where a recording and its segments change together. */
export interface SegmentIntake extends RecordingStore {
  /**
   * As `change`, for one that adds segments to the recording: all of it is stored or nothing. So a segment is stored
   * exactly when the recording's ranges say so, and only once.
   * @throws RangeError for more runs of sequences than one transaction holds: far more than one chunk can fill up
   */
  changeWithSegments(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => ChangeWithSegments,
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined>;
}

export interface ChangeWithSegments {
  recording: TrackedRecording;
  /** In sequence; of one chunk. */
  fresh: readonly StoredSegment[];
}

export interface RecordingCatalog {
  /** All recordings in the state `live`, newest first; bounded. */
  listLive(): Promise<Recording[]>;
  /** Newest first through the months, one state only if given (else none that is live, erasing or erased); a page may be short or empty and still have a cursor. */
  listByTime(page: { limit: number; cursor?: string; state?: Recording['state'] }): Promise<Page<Recording>>;
}

export interface QuietRecordings {
  /** Recordings under way (or with something left to say) that were last heard before the given time. */
  listQuietSince(before: string): AsyncIterable<TrackedRecording>;
}

export interface SequenceRange {
  firstSequence: number;
  lastSequence: number;
}

/** Reads what `SegmentIntake` stored. */
export interface SegmentStore {
  /** In sequence, with all that was stored before. */
  list(recordingId: RecordingId, page: { afterSequence: number; limit: number }): Promise<StoredSegment[]>;
  /** All from one sequence to another, both included, page by page. */
  iterate(recordingId: RecordingId, range: SequenceRange): AsyncIterable<StoredSegment>;
}

/** Where notices come from. */
export interface NoticeSource {
  /** Of the last segment that was stored together with those that say it. */
  readonly lastSequence: number;
  /** Of their row among the changes of the table: a whole number in digits that rises within a recording. */
  readonly position: string;
}

export interface RecordedEventStore {
  /** Stores what segments that were stored together say, and counts it once however often it is called. */
  putNotices(recordingId: RecordingId, source: NoticeSource, notices: SegmentNotices): Promise<void>;
  /** In time order. */
  list(recordingId: RecordingId, page: { limit: number; cursor?: string }): Promise<Page<RecordedEvent>>;
  /** All marks of a recording; bounded. */
  listMarks(recordingId: RecordingId): Promise<PeriodMark[]>;
}

export interface Playback {
  playbackId: PlaybackId;
  recordingId: RecordingId;
  userName: string;
  viewerPublicKey: { kty: 'RSA'; n: string; e: string };
  expiresAt: string;
  justification?: string | undefined;
}

export interface PlaybackStore {
  open(playback: Playback): Promise<void>;
  find(playbackId: PlaybackId): Promise<Playback | undefined>;
}

export interface DataKeyStore {
  find(recordingId: RecordingId): Promise<WrappedDataKey | undefined>;
}

/** Kept apart, so that only who erases can. */
export interface DataKeyEraser extends DataKeyStore {
  /** For good, but for what backups hold; erasing what is gone is no error. */
  erase(recordingId: RecordingId): Promise<void>;
}

export interface RecordedEventEraser {
  /** All events and period marks of a recording. */
  eraseAll(recordingId: RecordingId): Promise<void>;
}
