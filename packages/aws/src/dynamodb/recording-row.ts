import type { RecordingId } from '@afterimage/contracts';
import { isUnderWay, type TrackedRecording } from '@afterimage/core';
import type * as z from 'zod';
import type { ItemKey } from './dynamo-table.ts';
import { announcedRowSchema, packRange, packSpan, sealedRowSchema, stateRowSchema } from './recording-row-schemas.ts';

/**
 * A recording is three rows, so that what changes with each upload is less than a kilobyte and costs one unit to write:
 *
 *   META              state, marks, counts; found by the indexes
 *   META#ANNOUNCED    what never changes
 *   META#SEALED       files and manifest, once there are any
 */
export const recordingKey = (recordingId: RecordingId) => ({ pk: `REC#${recordingId}`, sk: 'META' });
const announcedSortKey = 'META#ANNOUNCED';
const sealedSortKey = 'META#SEALED';

export function recordingKeys({ pk }: Pick<ItemKey, 'pk'>): ItemKey[] {
  return ['META', announcedSortKey, sealedSortKey].map((sk) => ({ pk, sk }));
}

export const monthOf = (timestamp: string): string => timestamp.slice(0, 7);

/** The place of a recording in the index `byMonth`. */
export const byMonthKey = (
  month: string,
  { startedAt, recordingId }: Pick<TrackedRecording, 'startedAt' | 'recordingId'>,
) => ({
  ...recordingKey(recordingId),
  month: `REC#${month}`,
  monthKey: `${startedAt}#${recordingId}`,
});

/** Few enough to ask all, enough that 2,000 live recordings do not heat one partition of the index. */
export const activityShards = 8;

/** A recording is heard of each minute; an index that followed at once would be written twice each minute. */
const activityStepMs = 5 * 60_000;

/**
 * The row that changes: `byMonth` lists it by its start; `byActivity` holds it only while it is under way or has
 * something to say, so that live recordings and quiet ones are found without looking at any other. The indexes hold keys and
 * the state, and when a recording was last heard of only to five minutes, so that most changes touch no index.
 */
export function toStateItem(recording: TrackedRecording) {
  const { recordingId, revision, state, lastHeardAt, startedAt } = recording;
  const { changing } = partsOf(recording);
  const isActive = isUnderWay(state) || state === 'erasing' || recording.unsaidEvents.length > 0;
  return {
    ...byMonthKey(monthOf(startedAt), recording),
    revision,
    state,
    ...(isActive ? { activity: `LIVE#${shardOf(recordingId)}`, lastHeardAt: activityStepOf(lastHeardAt) } : {}),
    data: {
      ...changing,
      storedRanges: recording.storedRanges.map(packRange),
      fileSpans: recording.fileSpans.map(packSpan),
    },
  };
}

export function toAnnouncedItem(recording: TrackedRecording) {
  return { pk: recordingKey(recording.recordingId).pk, sk: announcedSortKey, data: partsOf(recording).announced };
}

export function toSealedItem(recording: TrackedRecording) {
  return { pk: recordingKey(recording.recordingId).pk, sk: sealedSortKey, data: partsOf(recording).sealed };
}

/** What is not named here is taken to change. */
function partsOf({
  revision: _row,
  recordingId,
  sessionId,
  agentId,
  attributes,
  decision,
  source,
  content,
  initiator,
  startedBy,
  commandedBy,
  startedAt,
  hostStartedAt,
  clockOffsetMs,
  width,
  height,
  deviceCounter,
  devicePublicKey,
  certificate,
  chainStart,
  announcementDigest,
  files,
  fileLayouts,
  supersededFileIds,
  manifestHash,
  ...changing
}: TrackedRecording) {
  const announced: z.input<typeof announcedRowSchema>['data'] = {
    recordingId,
    sessionId,
    agentId,
    attributes,
    decision,
    source,
    content,
    initiator,
    startedBy,
    commandedBy,
    startedAt,
    hostStartedAt,
    clockOffsetMs,
    width,
    height,
    deviceCounter,
    devicePublicKey,
    certificate,
    chainStart,
    announcementDigest,
  };
  const { manifestVersion } = changing;
  return { announced, sealed: { files, fileLayouts, supersededFileIds, manifestVersion, manifestHash }, changing };
}

export interface JoinedRecording {
  recording: TrackedRecording;
  /** Rows that are read together may be of two moments: then what is sealed is of an earlier or a later one than the state. */
  isOfOneMoment: boolean;
}

/**
 * The recording that rows of one partition make; undefined without a state.
 * @throws ZodError
 */
export function joinRecording(rows: readonly Record<string, unknown>[]): JoinedRecording | undefined {
  const rowOf = (sortKey: string) => rows.find(({ sk }) => sk === sortKey);
  const stateRow = rowOf('META');
  if (stateRow === undefined) return undefined;
  const { revision, data: state } = stateRowSchema.parse(stateRow);
  const { data: announced } = announcedRowSchema.parse(rowOf(announcedSortKey));
  const sealed = sealedRowSchema.optional().parse(rowOf(sealedSortKey))?.data ?? nothingSealed;
  return {
    recording: { ...announced, ...state, ...sealed, ...contentNow(state), revision },
    isOfOneMoment: state.manifestVersion === sealed.manifestVersion,
  };
}

/** What was announced as events alone stays so in its row; that the screen came is in the state. */
function contentNow({ screenFromMs }: Pick<TrackedRecording, 'screenFromMs'>) {
  return screenFromMs === undefined ? {} : ({ content: 'screen' } as const);
}

const nothingSealed = { files: [], fileLayouts: [], supersededFileIds: [], manifestVersion: 0 };

/** Never later than the time itself. */
function activityStepOf(timestamp: string): string {
  return new Date(Math.floor(Date.parse(timestamp) / activityStepMs) * activityStepMs).toISOString();
}

/** The last character of an id is random. */
function shardOf(recordingId: RecordingId): number {
  return recordingId.charCodeAt(recordingId.length - 1) % activityShards;
}
