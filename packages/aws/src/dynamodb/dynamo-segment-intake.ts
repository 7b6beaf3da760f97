import type { RecordingId } from '@afterimage/contracts';
import type { ChangeWithSegments, SegmentIntake, TrackedRecording } from '@afterimage/core';
import { DynamoRecordingStore } from './dynamo-recording-store.ts';
import { toSegmentItems } from './segment-row.ts';

/** Apart, because one function alone packs segments. */
export class DynamoSegmentIntake extends DynamoRecordingStore implements SegmentIntake {
  /** As `change`, with the rows of the segments in one transaction. */
  changeWithSegments(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => ChangeWithSegments,
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined> {
    const changeRows = (before: TrackedRecording) => {
      const { recording, fresh } = change(before);
      return { recording, rows: toSegmentItems(recordingId, fresh) };
    };
    return this.changeWithRows(recordingId, changeRows, seen);
  }
}
