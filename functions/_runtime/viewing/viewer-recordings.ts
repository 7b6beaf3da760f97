import type { RecordingId } from '@afterimage/contracts';
import type { MayView, RecordingStore, TrackedRecording } from '@afterimage/core';

/**
 * The recordings of one call's viewer: one outside the viewing policies is not there (VIEW-001). A class, so that nobody
 * can hand a use case of viewers the plain store.
 */
export class ViewerRecordings {
  readonly #recordings: Pick<RecordingStore, 'find' | 'change'>;
  readonly #rights: () => Promise<MayView>;

  constructor(recordings: Pick<RecordingStore, 'find' | 'change'>, rights: () => Promise<MayView>) {
    this.#recordings = recordings;
    this.#rights = rights;
  }

  async find(recordingId: RecordingId): Promise<TrackedRecording | undefined> {
    const [recording, mayView] = await Promise.all([this.#recordings.find(recordingId), this.#rights()]);
    return recording !== undefined && mayView(recording) ? recording : undefined;
  }

  /** As the store's own `change`. Whose session was recorded never changes, so that it is looked at once. */
  async change(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => TrackedRecording,
  ): Promise<TrackedRecording | undefined> {
    const seen = await this.find(recordingId);
    return seen === undefined ? undefined : this.#recordings.change(recordingId, change, seen);
  }
}
