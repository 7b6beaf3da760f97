import { idToBytes, type RecordingId } from '@afterimage/contracts';
import { deriveEpochKey, openSegment } from '@afterimage/recording';
import { noticeRecords, type SegmentNotices } from '../timeline/notice-records.ts';

/**
 * Opens one segment and picks out its events.
 * @throws RecordingFormatError when the bytes do not open with the key
 */
export async function readSegmentNotices(
  bytes: Uint8Array,
  dataKey: Uint8Array,
  place: { recordingId: RecordingId; epoch: number; sequence: number },
): Promise<SegmentNotices> {
  const epochKey = await deriveEpochKey(dataKey, idToBytes(place.recordingId), place.epoch);
  return noticeRecords(await openSegment(bytes, epochKey), place.sequence);
}
