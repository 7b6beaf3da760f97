import { setTimeout as delay } from 'node:timers/promises';
import { grantUploads, postNotice, type RecordingId } from '@afterimage/contracts';
import type { RecordingRecord, SealedSegment } from '@afterimage/recording';
import { randomBytes } from 'node:crypto';
import { planChunks } from '../../../agent/src/spool/segment-spool.ts';
import { chunkOf, putBytes, type RawAgent } from '../../support/raw-agent.ts';
import { pollUntil } from '../../support/poll-until.ts';

/** How the agent cuts and sends; `agent/src` has the same figures. */
const segmentSeconds = 10;
const segmentBytes = 256 * 1024;
const chunkSeconds = 60;
const chunkBytes = 4 * 1024 * 1024;
const chunksPerGrant = 4;
/** Windows opened, titles changed: what an office hour has. */
const eventsPerMinute = 2;
/** A frame of this many bytes is more than one record needs to hold. */
const recordBytes = 64 * 1024;

/** One segment of the hour, before it is sealed. */
interface PlannedSegment {
  readonly endSeconds: number;
  readonly records: RecordingRecord[];
}

/** Segments of a recording that yields so many bytes an hour, as they would be cut; their sealed times are a second each. */
export function planSegments(megabytesPerHour: number, durationSeconds: number): PlannedSegment[] {
  const bytesPerSecond = (megabytesPerHour * 1e6) / 3600;
  const seconds = Math.min(segmentSeconds, segmentBytes / bytesPerSecond);
  const count = Math.max(1, Math.round(durationSeconds / seconds));
  const eventEvery = Math.max(1, Math.round(60 / eventsPerMinute / seconds));
  return Array.from({ length: count }, (_, index) => ({
    endSeconds: (index + 1) * seconds,
    records: recordsOf(index * 1000, Math.round(bytesPerSecond * seconds), index % eventEvery === 0),
  }));
}

function recordsOf(timeMs: number, sizeBytes: number, hasEvent: boolean): RecordingRecord[] {
  const records: RecordingRecord[] = [];
  for (let left = sizeBytes; left > 0; left -= recordBytes) {
    const bytes = new Uint8Array(randomBytes(Math.min(left, recordBytes)));
    const frame = { isKeyImage: records.length === 0, partIndex: 0, isLast: true, width: 1280, height: 1024, bytes };
    records.push({ type: 'screen', timeMs, ...frame });
  }
  const fields = { title: 'Quarterly figures - spreadsheet', application: 'calc', processId: '4711' };
  if (hasEvent) records.push({ type: 'event', timeMs, kind: 'title', assertedBy: 'agent', fields });
  return records;
}

/** Resolves when the service has stored a recording up to a sequence, without asking it. */
export type StoredWatch = (recordingId: RecordingId, sequence: number) => Promise<unknown>;

/** Sends a recording as an agent does that nobody watches, faster than the clock: each upload is stored before the next. */
export async function sendHour(
  agent: RawAgent,
  planned: readonly PlannedSegment[],
  untilStored: StoredWatch,
): Promise<RecordingId> {
  const recordingId = await agent.begin();
  const sealed = await agent.device.seal(
    recordingId,
    planned.map(({ records }) => records),
  );
  let waiting: SealedSegment[] = [];
  let sentAtSeconds = 0;
  for (const [index, segment] of sealed.entries()) {
    waiting.push(segment);
    const nowSeconds = planned[index]?.endSeconds ?? 0;
    const isDue = nowSeconds - sentAtSeconds >= chunkSeconds || sizeOf(waiting) >= chunkBytes;
    if (!isDue && index < sealed.length - 1) continue;
    await upload(agent, recordingId, waiting, untilStored);
    waiting = [];
    sentAtSeconds = nowSeconds;
  }
  await pollUntil('the recording is sealed', async () => {
    await delay(500);
    return (await agent.commits(recordingId)).state === 'complete';
  }, 120_000);
  return recordingId;
}

/** Grants, a PUT and a notice for each chunk, then a look at what is stored: at once, and when it is there. */
async function upload(
  agent: RawAgent,
  recordingId: RecordingId,
  segments: readonly SealedSegment[],
  untilStored: StoredWatch,
): Promise<void> {
  const spooled = segments.map(({ header, bytes }) => ({
    sequence: header.sequence,
    sizeBytes: bytes.length,
    state: 'waiting' as const,
    sealedAtMs: 0,
    stateSinceMs: 0,
  }));
  const chunks = planChunks(spooled, chunkBytes, chunksPerGrant).map(({ firstSequence, lastSequence }) =>
    chunkOf(...segments.filter(({ header: { sequence } }) => sequence >= firstSequence && sequence <= lastSequence)),
  );
  const described = { chunks: chunks.map(({ description }) => description) };
  const granted = await agent.call(grantUploads, { params: { recordingId }, body: described });
  for (const [index, grant] of granted.json.grants.entries()) {
    const chunk = chunks[index];
    if (chunk === undefined) continue;
    await putBytes(grant, chunk.bytes);
    const body = { version: 1, kind: 'chunk-uploaded', recordingId, objectKey: grant.objectKey } as const;
    await agent.call(postNotice, { body });
  }
  await agent.commits(recordingId);
  await untilStored(recordingId, segments.at(-1)?.header.sequence ?? 0);
  await agent.commits(recordingId);
}

function sizeOf(segments: readonly SealedSegment[]): number {
  return segments.reduce((total, { bytes }) => total + bytes.length, 0);
}
