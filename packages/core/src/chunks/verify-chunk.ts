import { idToBytes, type RejectionReason } from '@afterimage/contracts';
import { RecordingFormatError, type SegmentSpan, splitSegments, verifySegment } from '@afterimage/recording';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import type { ProvenSegment } from '../recordings/take-segments.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';

/** No honest chunk comes near it: a minute of recording has six segments, a watched one 120. */
export const maxSegmentsPerChunk = 5000;

export interface ChunkVerdict {
  /** Signed by the recording's device, in the order of the chunk. */
  accepted: ProvenSegment[];
  rejected: { sequence?: number; reason: RejectionReason }[];
}

/**
 * Proves each segment of a chunk by itself: one bad segment does not condemn its neighbours. Bytes that can't be taken
 * apart end the walk, because nothing says where the next segment would begin.
 */
export async function verifyChunk(
  bytes: Uint8Array,
  objectKey: string,
  recording: TrackedRecording,
): Promise<ChunkVerdict> {
  const verdict: ChunkVerdict = { accepted: [], rejected: [] };
  const walk = takeSpans(bytes);
  for (const span of walk.spans) {
    const outcome = await verifySpan(bytes, span, objectKey, recording);
    if ('reason' in outcome) verdict.rejected.push({ sequence: span.header.sequence, reason: outcome.reason });
    else verdict.accepted.push(outcome);
  }
  if (walk.failure !== undefined) verdict.rejected.push({ reason: walk.failure });
  return verdict;
}

function takeSpans(bytes: Uint8Array): { spans: SegmentSpan[]; failure?: RejectionReason } {
  const spans: SegmentSpan[] = [];
  try {
    for (const span of splitSegments(bytes)) {
      if (spans.length === maxSegmentsPerChunk) return { spans, failure: 'too-large' };
      spans.push(span);
    }
  } catch (error) {
    return { spans, failure: reasonOf(error) };
  }
  return spans.length === 0 ? { spans, failure: 'malformed' } : { spans };
}

async function verifySpan(
  bytes: Uint8Array,
  { offset, length, header }: SegmentSpan,
  objectKey: string,
  recording: TrackedRecording,
): Promise<ChunkVerdict['accepted'][number] | { reason: RejectionReason }> {
  const isOfRecording =
    encodeBase64(header.recordingId) === encodeBase64(idToBytes(recording.recordingId)) &&
    encodeBase64(header.agentId) === encodeBase64(idToBytes(recording.agentId)) &&
    (header.device === undefined || header.device.recordingCounter === recording.deviceCounter);
  if (!isOfRecording) return { reason: 'wrong-recording' };
  if (recording.finalSequence !== undefined && header.sequence > recording.finalSequence)
    return { reason: 'recording-ended' };
  try {
    const publicKey = decodeBase64(recording.devicePublicKey);
    const expected = header.sequence === 1 ? { previousHash: decodeBase64(recording.chainStart) } : {};
    const { hash } = await verifySegment(bytes.subarray(offset, offset + length), { publicKey, ...expected });
    const head = header.device?.previousRecordingHead;
    return {
      sequence: header.sequence,
      fileNumber: header.fileNumber,
      epoch: header.epoch,
      startMs: header.t0Ms,
      endMs: header.t1Ms,
      hasKeyBegin: header.flags.isKeyBegin,
      hasKeyEnd: header.flags.isKeyEnd,
      hasEvents: header.flags.hasEvents,
      isFinal: header.flags.isFinal,
      isStreaming: header.flags.isStreaming,
      hash: encodeBase64(hash),
      previousHash: encodeBase64(header.previousHash),
      objectKey,
      offset,
      sizeBytes: length,
      ...(head === undefined ? {} : { previousRecordingHead: encodeBase64(head) }),
    };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Throws what is no fault of the bytes. */
function reasonOf(error: unknown): RejectionReason {
  if (!(error instanceof RecordingFormatError)) throw error;
  switch (error.code) {
    case 'signature-invalid':
    case 'hash-mismatch':
    case 'wrong-recording':
      return error.code;
    default:
      return 'malformed';
  }
}
