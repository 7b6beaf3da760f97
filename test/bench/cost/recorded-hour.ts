import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { grantUploads, type RecordingId } from '@afterimage/contracts';
import type { RecordingRecord, SealedSegment } from '@afterimage/recording';
import { defaultMaxUploadBytes as maxUploadBytes } from '../../../agent/src/delivery/chunk-uploader.ts';
import { planChunks } from '../../../agent/src/spool/segment-spool.ts';
import { pollUntil } from '../../support/poll-until.ts';
import { chunkOf, putBytes, type RawAgent } from '../../support/raw-agent.ts';

/** How the agent cuts and sends; `agent/src` has the same figures. */
const segmentSeconds = 10;
const segmentBytes = 256 * 1024;
const chunkSeconds = 60;
const chunksPerGrant = 3;
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
  let waiting: readonly SealedSegment[] = [];
  let sentAtSeconds = 0;
  for (const [index, segment] of sealed.entries()) {
    waiting = [...waiting, segment];
    const nowSeconds = planned[index]?.endSeconds ?? 0;
    const isEnd = index === sealed.length - 1;
    const isIntervalOver = nowSeconds - sentAtSeconds >= chunkSeconds;
    if (!isEnd && !isIntervalOver && sizeOf(waiting) < maxUploadBytes) continue;
    const sent = await upload(agent, recordingId, waiting, { leavesRest: !isEnd && !isIntervalOver, untilStored });
    waiting = waiting.slice(sent);
    sentAtSeconds = nowSeconds;
  }
  await pollUntil(
    'the recording is sealed',
    async () => {
      await delay(500);
      return (await agent.commits(recordingId)).state === 'complete';
    },
    120_000,
  );
  return recordingId;
}

interface UploadOptions {
  /** What fills no whole chunk is left for later. */
  readonly leavesRest: boolean;
  readonly untilStored: StoredWatch;
}

/** A grant for some chunks, which says what is stored of those before, and a PUT for each. @returns how many segments went */
async function upload(
  agent: RawAgent,
  recordingId: RecordingId,
  waiting: readonly SealedSegment[],
  { leavesRest, untilStored }: UploadOptions,
): Promise<number> {
  const spooled = waiting.map(({ header, bytes }) => ({
    sequence: header.sequence,
    sizeBytes: bytes.length,
    state: 'waiting' as const,
    heldSinceMs: 0,
    stateSinceMs: 0,
  }));
  const all = planChunks(spooled, maxUploadBytes, chunksPerGrant);
  const planned = leavesRest && all.length > 1 ? all.slice(0, -1) : all;
  const chunks = planned.map(({ firstSequence, lastSequence }) =>
    chunkOf(...waiting.filter(({ header: { sequence } }) => sequence >= firstSequence && sequence <= lastSequence)),
  );
  const described = { chunks: chunks.map(({ description }) => description) };
  const { json } = await agent.call(grantUploads, { params: { recordingId }, body: described });
  await Promise.all(
    chunks.map((chunk, index) => {
      const grant = json.grants[index];
      return grant && putBytes(grant, chunk.bytes);
    }),
  );
  const lastSequence = chunks.at(-1)?.description.lastSequence ?? 0;
  await untilStored(recordingId, lastSequence);
  return waiting.filter(({ header }) => header.sequence <= lastSequence).length;
}

function sizeOf(segments: readonly SealedSegment[]): number {
  return segments.reduce((total, { bytes }) => total + bytes.length, 0);
}
