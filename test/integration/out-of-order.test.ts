import {
  beginRecording,
  listQueues,
  listRecordedEvents,
  postNotice,
  type RecordingId,
  startSession,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { busEventsOf } from '../support/bus-log.ts';
import { pollUntil } from '../support/poll-until.ts';
import { sendMessages } from '../support/queue-messages.ts';
import { chunkOf, describeChunk, RawAgent } from '../support/raw-agent.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { people, resourceName, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

let stack: Stack;
let truth: StoredTruth;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

const noticeOf = (recordingId: RecordingId, objectKey: string) =>
  ({ version: 1, kind: 'chunk-uploaded', recordingId, objectKey }) as const;

/** What the bucket sends. */
const bucketEventOf = (key: string) => ({
  Records: [
    { eventName: 'ObjectCreated:Put', s3: { bucket: { name: resourceName(stack, 'Landing') }, object: { key } } },
  ],
});

const finaliseOf = (recordingId: RecordingId) => ({ version: 1, kind: 'finalise', recordingId });

/** Resolves when nothing waits and nothing is being worked on. */
async function queuesAreEmpty(): Promise<void> {
  await pollUntil('the queues are empty', async () => {
    const { queues } = await stack.api(people.administrator)(listQueues, {});
    return queues.every(({ waiting, inFlight }) => waiting + inFlight === 0);
  });
}

describe('messages in the wrong order and more than once', () => {
  test('end before begin: what came last is stored first, and the recording is complete once all is there', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [first, second, third, fourth] = await agent.device.seal(recordingId, [0, 1, 2, 3].map(sampleRecords));
    if (!first || !second || !third || !fourth) throw new Error('nothing was sealed');
    await agent.upload(recordingId, chunkOf(fourth));
    await pollUntil('the end is stored', async () => (await agent.commits(recordingId)).storedBeyond.length > 0);
    expect(await agent.commits(recordingId)).toMatchObject({ contiguousSequence: 0, storedBeyond: [[4, 4]] });
    expect(await showRecording(stack, recordingId)).toMatchObject({ state: 'live', finalSequence: 4 });
    await agent.upload(recordingId, chunkOf(second));
    await pollUntil('both are stored', async () => (await agent.commits(recordingId)).storedBeyond.length === 2);
    await agent.upload(recordingId, chunkOf(first));
    await pollUntil('links join up', async () => (await agent.commits(recordingId)).contiguousSequence === 2);
    await agent.upload(recordingId, chunkOf(third));
    expect(await recordingIn(stack, recordingId, 'complete')).toMatchObject({ segmentCount: 4, gaps: [] });
  });

  test('the same message any number of times changes nothing, before the end and after it', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [first, second] = await agent.device.seal(recordingId, [0, 1].map(sampleRecords));
    if (!first || !second) throw new Error('nothing was sealed');
    const { objectKey } = await agent.upload(recordingId, chunkOf(first));
    const again = [noticeOf(recordingId, objectKey), bucketEventOf(objectKey), noticeOf(recordingId, objectKey)];
    await sendMessages(stack, 'IngestQueue', [...again, ...again]);
    await sendMessages(stack, 'FinaliseQueue', [finaliseOf(recordingId)]);
    await pollUntil('the segment is stored', async () => (await agent.commits(recordingId)).contiguousSequence === 1);
    await queuesAreEmpty();
    expect(await showRecording(stack, recordingId)).toMatchObject({ state: 'live', segmentCount: 1, files: [] });

    await agent.upload(recordingId, chunkOf(second));
    await recordingIn(stack, recordingId, 'complete');
    await queuesAreEmpty();
    await pollUntil('both events are counted', async () => (await showRecording(stack, recordingId)).eventCount === 2);
    const before = await showRecording(stack, recordingId);
    await sendMessages(stack, 'IngestQueue', again);
    await sendMessages(stack, 'FinaliseQueue', [finaliseOf(recordingId), finaliseOf(recordingId)]);
    await queuesAreEmpty();
    expect(await showRecording(stack, recordingId)).toEqual(before);
    const { events } = await stack.api(people.reviewer)(listRecordedEvents, { params: { recordingId } });
    expect(events).toHaveLength(2);
    const said = busEventsOf(stack, recordingId).map((event) => event['detail-type']);
    expect(said.filter((type) => type === 'RecordingFinished')).toHaveLength(1);
  });

  test('segments that are uploaded in two different cuts are stored once', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [first, second, third] = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords));
    if (!first || !second || !third) throw new Error('nothing was sealed');
    await agent.upload(recordingId, chunkOf(first, second));
    await agent.upload(recordingId, chunkOf(second, third));
    expect(await recordingIn(stack, recordingId, 'complete')).toMatchObject({ segmentCount: 3, rejectedCount: 0 });
  });

  test('a chunk that is there before its recording was announced is stored once it is known', async () => {
    const agent = await RawAgent.enrol(stack);
    const session = agent.sessionBody();
    await agent.call(startSession, { body: session });
    const body = await agent.recordingBody(session.sessionId);
    const { recordingId } = body;
    const [segment] = await agent.device.seal(recordingId, [sampleRecords(0)]);
    if (!segment) throw new Error('nothing was sealed');
    const { bytes } = chunkOf(segment);
    const digestHead = Buffer.from(describeChunk(bytes, 1).description.sha256, 'base64').toString('hex').slice(0, 16);
    const objectKey = `chunks/${recordingId}/0000000001-0000000001-${digestHead}.chunk`;
    await truth.putObject('Landing', objectKey, bytes);
    await agent.call(beginRecording, { body });
    expect((await agent.call(postNotice, { body: noticeOf(recordingId, objectKey) })).status).toBe(200);
    await recordingIn(stack, recordingId, 'complete');
  });

  test('a message that means nothing does not hold up its neighbours', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [segment] = await agent.device.seal(recordingId, [sampleRecords(0)]);
    if (!segment) throw new Error('nothing was sealed');
    await sendMessages(stack, 'IngestQueue', [{ nonsense: true }, bucketEventOf('chunks/not-a-chunk')]);
    await agent.upload(recordingId, chunkOf(segment));
    await sendMessages(stack, 'IngestQueue', [{ version: 99 }, { Records: [] }]);
    await recordingIn(stack, recordingId, 'complete');
  });
});
