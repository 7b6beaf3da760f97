import type { BusEvent, DeclaredGap, RecordingFileId } from '@afterimage/contracts';
import { hasUnsealedSegments, nextFileToSeal } from '../files/next-file.ts';
import { type SealedFile, withSealedFile } from '../files/sealed-files.ts';
import { declareGaps } from './declare-gaps.ts';
import { addToSpans, type FileSpan } from './file-spans.ts';
import { isErased, nextState } from './recording-life.ts';
import {
  addToRanges,
  type ChainLink,
  contiguousRange,
  countSegments,
  isStored,
  type StoredRange,
} from './stored-ranges.ts';
import { maxRejections, maxUnsaidRejections, type Rejection, type TrackedRecording } from './tracked-recording.ts';

/** A change that found nothing to do returns the recording it was given, the same object. */

export interface ArrivedSegment extends ChainLink {
  fileNumber: number;
  isFinal: boolean;
  hasKeyBegin: boolean;
  previousRecordingHead?: string | undefined;
}

/** Takes note of segments whose bytes and rows are stored. */
export function noteSegments(
  recording: TrackedRecording,
  arrived: readonly ArrivedSegment[],
  at: string,
): TrackedRecording {
  const fresh = arrived.filter((segment) => !isStored(recording.storedRanges, segment.sequence));
  if (fresh.length === 0 || isErased(recording.state)) return recording;
  const storedRanges = fresh.reduce<StoredRange[]>(addToRanges, recording.storedRanges);
  const finalSequence = recording.finalSequence ?? fresh.find((segment) => segment.isFinal)?.sequence;
  const contiguous = contiguousRange(storedRanges);
  const contiguousSequence = contiguous?.lastSequence ?? 0;
  const hasReachedEnd = finalSequence !== undefined && contiguousSequence === finalSequence;
  const state = nextState(recording.state, hasReachedEnd ? 'end-reached' : 'segments-stored') ?? recording.state;
  const hasResumed = recording.state === 'interrupted' && state === 'live';
  const previousRecordingHead =
    recording.previousRecordingHead ?? fresh.find((segment) => segment.sequence === 1)?.previousRecordingHead;
  return {
    ...recording,
    state,
    storedRanges,
    fileSpans: fresh.reduce<FileSpan[]>(addToSpans, recording.fileSpans),
    ...totals(storedRanges),
    ...screenSince(recording, fresh),
    contiguousSequence,
    contiguousMs: contiguous?.endMs ?? 0,
    lastHeardAt: at,
    ...(finalSequence === undefined ? {} : { finalSequence }),
    ...(previousRecordingHead === undefined ? {} : { previousRecordingHead }),
    unsaidEvents: hasResumed
      ? [...recording.unsaidEvents, { type: 'RecordingResumed', detail: eventHead(recording, at) }]
      : recording.unsaidEvents,
  };
}

/** Takes note of refused bytes, once for each object and sequence, and of the event that reports them. */
export function noteRejections(
  recording: TrackedRecording,
  rejections: readonly Rejection[],
  at: string,
): TrackedRecording {
  const known = new Set(recording.rejections.map(rejectionKey));
  const fresh = rejections.filter((rejection) => !known.has(rejectionKey(rejection)));
  const room = Math.max(0, maxRejections - recording.rejections.length);
  const kept = fresh.slice(0, room);
  if (kept.length === 0) return recording;
  const unsaid = recording.unsaidEvents.filter(({ type }) => type === 'SegmentRejected').length;
  const reported: BusEvent[] = kept
    .slice(0, Math.max(0, maxUnsaidRejections - unsaid))
    .map(({ objectKey, reason }) => ({
      type: 'SegmentRejected',
      detail: { ...eventHead(recording, at), objectKey, reason },
    }));
  return {
    ...recording,
    rejections: [...recording.rejections, ...kept],
    rejectedCount: recording.rejectedCount + kept.length,
    unsaidEvents: [...recording.unsaidEvents, ...reported],
  };
}

/** Nothing was heard for too long: playable, not sealed, an event raised. */
export function interrupt(recording: TrackedRecording, nowMs: number): TrackedRecording {
  const state = nextState(recording.state, 'fell-silent');
  if (state === undefined) return recording;
  const at = new Date(nowMs).toISOString();
  const detail = {
    ...eventHead(recording, at),
    silentForMs: Math.max(0, nowMs - Date.parse(recording.lastHeardAt)),
    storedMs: recording.durationMs,
  };
  return { ...recording, state, unsaidEvents: [...recording.unsaidEvents, { type: 'RecordingInterrupted', detail }] };
}

/** The message life ended, or a person ended it: what is stored is to be sealed. */
export function endWait(recording: TrackedRecording): TrackedRecording {
  const state = nextState(recording.state, 'wait-ended');
  return state === undefined ? recording : { ...recording, state };
}

/** Fixes which object the file will be, before its first byte is written. */
export function planFile(recording: TrackedRecording, recordingFileId: RecordingFileId, at: string): TrackedRecording {
  if (recording.sealing !== undefined) return recording;
  const next = nextFileToSeal(recording);
  if (next === undefined) return recording;
  return { ...recording, sealing: { ...next, recordingFileId, since: at, ranges: recording.storedRanges } };
}

export interface WrittenFile extends SealedFile {
  manifestHash: string;
}

/**
 * A file and its manifest are written. Where it was the last, the recording is complete or partial; or interrupted again
 * where more has arrived meanwhile and the end has not.
 */
export function sealWith(recording: TrackedRecording, written: WrittenFile, at: string): TrackedRecording {
  if (recording.sealing?.recordingFileId !== written.file.recordingFileId) return recording;
  const { ranges, isEnd } = recording.sealing;
  const filed = withFile(recording, written);
  if (!isEnd) return filed;
  if (hasUnsealedSegments(filed)) {
    const state = nextState(filed.state, 'outgrew-its-file');
    const hasReachedEnd = filed.contiguousSequence === filed.finalSequence;
    return hasReachedEnd || state === undefined ? filed : { ...filed, state, lastHeardAt: at };
  }
  return finish(filed, declareGaps(ranges, filed.finalSequence), at);
}

/** The file takes the place of its earlier version, which is remembered, and its manifest is the newest. */
function withFile(recording: TrackedRecording, { file, layout, manifestHash }: WrittenFile): TrackedRecording {
  const { sealing: _done, ...rest } = recording;
  const superseded = recording.files.filter((other) => other.fileNumber === file.fileNumber);
  const all = withSealedFile(recording, { file, layout });
  return {
    ...rest,
    files: all.map((one) => one.file),
    fileLayouts: all.map((one) => one.layout),
    supersededFileIds: [...recording.supersededFileIds, ...superseded.map(({ recordingFileId }) => recordingFileId)],
    manifestVersion: file.manifestVersion,
    manifestHash,
  };
}

function finish(recording: TrackedRecording, declared: readonly DeclaredGap[], at: string): TrackedRecording {
  const sealed = declared.length === 0 ? 'complete' : 'partial';
  const state = nextState(recording.state, `sealed-${sealed}` as const);
  if (state === undefined) return recording;
  const gaps = [...recording.reportedGaps, ...declared];
  const endedAt = new Date(Date.parse(recording.startedAt) + recording.durationMs).toISOString();
  const { durationMs, sizeBytes } = recording;
  const detail = { ...eventHead(recording, at), state: sealed, durationMs, sizeBytes, gaps } as const;
  const unsaidEvents: BusEvent[] = [...recording.unsaidEvents, { type: 'RecordingFinished', detail }];
  return { ...recording, state, gaps, endedAt, unsaidEvents };
}

/** Nothing playable ever arrived. */
export function fail(recording: TrackedRecording, at: string): TrackedRecording {
  const state = nextState(recording.state, 'found-empty');
  if (state === undefined) return recording;
  const detail = { ...eventHead(recording, at), reason: 'no segment was stored before the message life ended' };
  const { sealing: _done, ...rest } = recording;
  return {
    ...rest,
    state,
    endedAt: at,
    unsaidEvents: [...recording.unsaidEvents, { type: 'RecordingFailed', detail }],
  };
}

/** What every event on the bus says of its recording. */
export function eventHead(recording: TrackedRecording, at: string) {
  return {
    version: 1,
    recordingId: recording.recordingId,
    sessionId: recording.sessionId,
    agentId: recording.agentId,
    user: recording.attributes.user.value,
    host: recording.attributes.host.value,
    at,
  } as const;
}

/** A recording of events becomes one of the screen with its first key image, in whatever order segments arrive. */
function screenSince({ content, screenFromMs }: TrackedRecording, arrived: readonly ArrivedSegment[]) {
  if (content === 'screen' && screenFromMs === undefined) return {};
  const starts = arrived.flatMap(({ hasKeyBegin, startMs }) => (hasKeyBegin ? [startMs] : []));
  if (starts.length === 0) return {};
  return { content: 'screen', screenFromMs: Math.min(screenFromMs ?? Number.POSITIVE_INFINITY, ...starts) } as const;
}

function totals(ranges: readonly StoredRange[]) {
  return {
    segmentCount: countSegments(ranges),
    sizeBytes: ranges.reduce((sum, range) => sum + range.sizeBytes, 0),
    durationMs: ranges.reduce((latest, range) => Math.max(latest, range.endMs), 0),
  };
}

function rejectionKey(rejection: Rejection): string {
  return `${rejection.objectKey} ${rejection.sequence ?? ''} ${rejection.reason}`;
}
