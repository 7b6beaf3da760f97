import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  beginRecording,
  grantUploads,
  type RecordingId,
  type RouteContract,
  startSession,
} from '@afterimage/contracts';
import type { RecordingRecord, SealedSegment } from '@afterimage/recording';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { pollUntil } from '../../support/poll-until.ts';
import { chunkOf, type DescribedChunk, putBytes, RawAgent } from '../../support/raw-agent.ts';
import { problemNameOf, type RawAnswer, type RawRequest } from '../../support/raw-call.ts';
import { resourceName, type Stack } from '../../support/stack.ts';

/** Hosts for many users: the recordings of one begin one after the other, and a token enrols a hundred. */
const sessionsPerAgent = 100;
const fewestAgents = 10;
const keysPerRead = 100;
const firstWaitMs = 250;
const longestWaitMs = 60_000;

/** How often the service was too busy, since the start. */
export const tries = { again: 0 };

export interface LoadShape {
  readonly sessions: number;
  readonly chunksPerSession: number;
  readonly segmentsPerChunk: number;
  readonly segmentBytes: number;
}

/** A session under way whose uploads are sealed and wait. */
export interface LoadedSession {
  readonly agent: RawAgent;
  readonly recordingId: RecordingId;
  readonly chunks: readonly DescribedChunk[];
}

/** What an upload met: milliseconds of its grant and of its PUT. */
export interface UploadTimes {
  readonly grantMs: number[];
  readonly putMs: number[];
}

export async function enrolAgents(stack: Stack, sessions: number): Promise<RawAgent[]> {
  const agents: RawAgent[] = [];
  const count = Math.max(Math.min(fewestAgents, sessions), Math.ceil(sessions / sessionsPerAgent));
  while (agents.length < count) agents.push(await RawAgent.enrol(stack));
  return agents;
}

/** Starts sessions and announces their recordings; those of one agent one after the other, for its counter must rise. */
export async function beginSessions(agents: readonly RawAgent[], shape: LoadShape): Promise<LoadedSession[]> {
  const perAgent = Math.ceil(shape.sessions / agents.length);
  const begun = agents.map(async (agent, number) => {
    const count = Math.min(perAgent, shape.sessions - number * perAgent);
    const sessions: LoadedSession[] = [];
    for (let counter = 1; counter <= count; counter++) sessions.push(await beginSession(agent, counter, shape));
    return sessions;
  });
  return (await Promise.all(begun)).flat();
}

async function beginSession(agent: RawAgent, counter: number, shape: LoadShape): Promise<LoadedSession> {
  const session = agent.sessionBody();
  await callPatiently(agent, startSession, { body: session });
  const body = await agent.recordingBody(session.sessionId, counter);
  await callPatiently(agent, beginRecording, { body });
  return { agent, recordingId: body.recordingId, chunks: await sealChunks(agent, body.recordingId, counter, shape) };
}

async function sealChunks(
  agent: RawAgent,
  recordingId: RecordingId,
  recordingCounter: number,
  { chunksPerSession, segmentsPerChunk, segmentBytes }: LoadShape,
): Promise<DescribedChunk[]> {
  const count = chunksPerSession * segmentsPerChunk;
  // One more, the final one, which is never sent: the sessions go on.
  const bodies = Array.from({ length: count + 1 }, (_, index) => [frameOf(index * 1000, segmentBytes)]);
  const sealed: SealedSegment[] = await agent.device.seal(recordingId, bodies, { recordingCounter });
  return Array.from({ length: chunksPerSession }, (_, index) =>
    chunkOf(...sealed.slice(index * segmentsPerChunk, (index + 1) * segmentsPerChunk)),
  );
}

function frameOf(timeMs: number, sizeBytes: number): RecordingRecord {
  const bytes = new Uint8Array(randomBytes(sizeBytes));
  return { type: 'screen', timeMs, isKeyImage: timeMs === 0, partIndex: 0, isLast: true, width: 8, height: 8, bytes };
}

/** Tries again what the service was too busy for, later and later, as an agent does. @throws Error on a refusal */
async function callPatiently<R extends RouteContract>(
  agent: RawAgent,
  route: R,
  request: RawRequest<R>,
): Promise<RawAnswer<R>> {
  let status = 0;
  for (let waitMs = firstWaitMs; waitMs <= longestWaitMs; waitMs *= 2) {
    const answer = await agent.call(route, request);
    status = answer.status;
    if (status === route.successStatus) return answer;
    if (!isWorthAnotherTry(answer)) break;
    tries.again++;
    await pause(waitMs);
  }
  throw new Error(`${route.operationId} was answered with ${status}`);
}

/** The service was too busy, or a token was refused that aged on its way; each try signs anew. */
function isWorthAnotherTry(answer: RawAnswer): boolean {
  const problem = problemNameOf(answer);
  const isAboutToken = answer.status === 401 || (answer.status === 403 && problem === undefined);
  return answer.status >= 500 || answer.status === 429 || isAboutToken;
}

/** All sessions at once, the chunks of each in turn. */
export async function uploadAll(sessions: readonly LoadedSession[]): Promise<UploadTimes> {
  const times: UploadTimes = { grantMs: [], putMs: [] };
  await Promise.all(
    sessions.map(async ({ agent, recordingId, chunks }) => {
      for (const chunk of chunks) await upload(agent, recordingId, chunk, times);
    }),
  );
  return times;
}

async function upload(
  agent: RawAgent,
  recordingId: RecordingId,
  chunk: DescribedChunk,
  times: UploadTimes,
): Promise<void> {
  const askedAt = performance.now();
  const body = { chunks: [chunk.description] };
  const answer = await callPatiently(agent, grantUploads, { params: { recordingId }, body });
  const [grant] = answer.json.grants ?? [];
  if (grant === undefined) throw new Error('no grant');
  const grantedAt = performance.now();
  const status = await putBytes(grant, chunk.bytes);
  if (status !== 200) throw new Error(`the upload was answered with ${status}`);
  times.grantMs.push(grantedAt - askedAt);
  times.putMs.push(performance.now() - grantedAt);
}

/** Resolves when every session is stored to its last segment. @throws Error naming how many are not, in time */
export async function untilAllStored(
  stack: Stack,
  sessions: readonly LoadedSession[],
  withinMs: number,
): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(stack.rootClient));
  const TableName = resourceName(stack, 'RecordingIndex');
  let missing = sessions.map(({ recordingId, chunks }) => ({
    recordingId,
    lastSequence: chunks.at(-1)?.description.lastSequence ?? 0,
  }));
  await pollUntil(
    'everything is stored',
    async () => {
      const left: typeof missing = [];
      for (let first = 0; first < missing.length; first += keysPerRead) {
        const some = missing.slice(first, first + keysPerRead);
        const Keys = some.map(({ recordingId }) => ({ pk: `REC#${recordingId}`, sk: 'META' }));
        const { Responses } = await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
        const rows = (Responses?.[TableName] ?? []) as { pk: string; data: { contiguousSequence: number } }[];
        const stored = new Map(rows.map(({ pk, data }) => [pk, data.contiguousSequence]));
        left.push(...some.filter(({ recordingId, lastSequence }) => stored.get(`REC#${recordingId}`) !== lastSequence));
      }
      missing = left;
      return missing.length === 0;
    },
    withinMs,
  ).catch((error: unknown) => {
    throw new Error(`${missing.length} of ${sessions.length} sessions are not stored`, { cause: error });
  });
}
