import {
  busEventSource,
  getRecording,
  grantUploads,
  makeRecordingId,
  maxChunkBytes,
  postNotice,
  type RecordingId,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { expectProblem } from '../support/expected-problem.ts';
import { pollUntil } from '../support/poll-until.ts';
import { chunkOf, type DescribedChunk, describeChunk, putBytes, RawAgent } from '../support/raw-agent.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const unknownRecordingId = makeRecordingId(new TestClock());

let stack: Stack;
let truth: StoredTruth;
let agent: RawAgent;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  agent = await RawAgent.enrol(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

describe('an upload', () => {
  const segmentFor = async () => {
    const owner = await RawAgent.enrol(stack);
    const recordingId = await owner.begin();
    const [segment] = await owner.device.seal(recordingId, [sampleRecords(0)]);
    if (segment === undefined) throw new Error('nothing was sealed');
    return { owner, recordingId, chunk: chunkOf(segment) };
  };

  test('of other bytes, another length, or to another place than granted is refused by S3', async () => {
    const { owner, recordingId, chunk } = await segmentFor();
    const grant = await owner.grant(recordingId, chunk);
    const changed = chunk.bytes.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(await putBytes(grant, changed)).toBe(400);
    expect(await putBytes(grant, chunk.bytes.slice(0, -1))).toBe(403);
    const { sha256 } = describeChunk(changed, 1).description;
    expect(await putBytes({ ...grant, headers: { ...grant.headers, 'x-amz-checksum-sha256': sha256 } }, changed)).toBe(
      403,
    );
    expect(await putBytes({ ...grant, url: grant.url.replace('.chunk', '.other') }, chunk.bytes)).toBe(403);
    expect(await putBytes({ ...grant, url: grant.url.split('?')[0] ?? '' }, chunk.bytes)).toBe(403);
    expect(await owner.commits(recordingId)).toMatchObject({ contiguousSequence: 0, rejections: [] });
    expect(await putBytes(grant, chunk.bytes)).toBe(200);
  });

  test('is not granted for more than a chunk may hold, or for a recording that does not exist', async () => {
    const { owner, recordingId, chunk } = await segmentFor();
    const chunks = [{ ...chunk.description, sizeBytes: maxChunkBytes + 1 }];
    expectProblem(
      await owner.call(grantUploads, { params: { recordingId }, body: { chunks } }),
      400,
      'invalid-request',
    );
    const params = { recordingId: unknownRecordingId };
    const body = { chunks: [chunk.description] };
    expectProblem(await owner.call(grantUploads, { params, body }), 404, 'recording-not-found');
    const backwards = [{ ...chunk.description, firstSequence: 2, lastSequence: 1 }];
    const refused = await owner.call(grantUploads, { params: { recordingId }, body: { chunks: backwards } });
    expectProblem(refused, 400, 'invalid-request');
  });
});

describe('a segment that cannot be true', () => {
  let owner: RawAgent;
  let recordingId: RecordingId;
  const bodies = [0, 1, 2].map(sampleRecords);

  beforeAll(async () => {
    owner = await RawAgent.enrol(stack);
    recordingId = await owner.begin();
    const [first] = await owner.device.seal(recordingId, bodies);
    if (first === undefined) throw new Error('nothing was sealed');
    await owner.upload(recordingId, chunkOf(first));
    await pollUntil(
      'the first segment is stored',
      async () => (await owner.commits(recordingId)).contiguousSequence === 1,
    );
  });

  /** Sealed by the right device for the right recording, but in another chain. */
  const otherChain = () => owner.device.seal(recordingId, [9, 1, 2].map(sampleRecords));

  const made: Record<string, () => Promise<DescribedChunk>> = {
    'signature-invalid': async () => {
      const stranger = await RawAgent.enrol(stack);
      const [, second] = await owner.device.seal(recordingId, bodies, { signer: stranger.device.signer });
      return second === undefined ? describeChunk(new Uint8Array(), 2) : chunkOf(second);
    },
    'hash-mismatch': async () => {
      const [, second] = await otherChain();
      return second === undefined ? describeChunk(new Uint8Array(), 2) : chunkOf(second);
    },
    'sequence-conflict': async () => {
      const [first] = await otherChain();
      return first === undefined ? describeChunk(new Uint8Array(), 1) : chunkOf(first);
    },
    'wrong-recording': async () => {
      const [, second] = await owner.device.seal(unknownRecordingId, bodies);
      return second === undefined ? describeChunk(new Uint8Array(), 2) : chunkOf(second);
    },
    malformed: async () => describeChunk(new Uint8Array(4096).fill(0x5a), 2),
  };

  test.each(Object.entries(made))('is refused as %s, kept in quarantine and reported', async (reason, make) => {
    const { objectKey } = await owner.upload(recordingId, await make());
    const rejection = await pollUntil('the rejection is told to the agent', async () =>
      (await owner.commits(recordingId)).rejections.find((rejected) => rejected.objectKey === objectKey),
    );
    expect(rejection.reason).toBe(reason);
    expect((await owner.commits(recordingId)).contiguousSequence).toBe(1);
    const kept = await truth.object('Landing', objectKey.replace('chunks/', 'quarantine/'));
    expect(kept.length).toBeGreaterThan(0);
    const event = await pollUntil('the event is on the bus', () =>
      stack
        .logLines('/aws/events/Afterimage')
        .map((line) => JSON.parse(line) as { 'detail-type': string; source: string; detail: Record<string, unknown> })
        .find((logged) => logged['detail-type'] === 'SegmentRejected' && logged.detail.objectKey === objectKey),
    );
    expect(event).toMatchObject({ source: busEventSource, detail: { recordingId, agentId: owner.agentId, reason } });
  });

  test('does not condemn its neighbours: what follows honestly is stored, and the recording ends complete', async () => {
    const [, second, third] = await owner.device.seal(recordingId, bodies);
    if (second === undefined || third === undefined) throw new Error('nothing was sealed');
    await owner.upload(recordingId, chunkOf(second, third));
    const { recording } = await pollUntil('the recording is complete', async () => {
      const answer = await stack.api(people.reviewer)(getRecording, { params: { recordingId } });
      return answer.recording.state === 'complete' && answer;
    });
    expect(recording).toMatchObject({ finalSequence: 3, gaps: [], rejectedCount: Object.keys(made).length });
    expectProblem(
      await owner.call(grantUploads, { params: { recordingId }, body: { chunks: [chunkOf(second).description] } }),
      409,
      'recording-ended',
    );
  });

  test('comes behind the end', async () => {
    const ended = await RawAgent.enrol(stack);
    const endedId = await ended.begin();
    const [, , final] = await ended.device.seal(endedId, bodies);
    const longer = await ended.device.seal(endedId, [0, 1, 2, 3].map(sampleRecords));
    const behind = longer[3];
    if (final === undefined || behind === undefined) throw new Error('nothing was sealed');
    await ended.upload(endedId, chunkOf(final));
    await pollUntil('the end is stored', async () => (await ended.commits(endedId)).storedBeyond.length === 1);
    const { objectKey } = await ended.upload(endedId, chunkOf(behind));
    await pollUntil('the rejection is told', async () =>
      (await ended.commits(endedId)).rejections.some(
        (rejection) => rejection.objectKey === objectKey && rejection.reason === 'recording-ended',
      ),
    );
  });

  test('is larger than any chunk: refused without being read', async () => {
    const victim = await RawAgent.enrol(stack);
    const victimId = await victim.begin();
    const objectKey = `chunks/${victimId}/0000000001-0000000001-0123456789abcdef.chunk`;
    await truth.putObject('Landing', objectKey, new Uint8Array(maxChunkBytes + 1));
    const { rejections } = await pollUntil('the rejection is told', async () => {
      const commits = await victim.commits(victimId);
      return commits.rejections.length > 0 && commits;
    });
    expect(rejections).toEqual([{ objectKey, reason: 'too-large' }]);
  });
});

describe('a notice', () => {
  test('of something that was never uploaded, or of another recording, changes nothing', async () => {
    const owner = await RawAgent.enrol(stack);
    const recordingId = await owner.begin();
    const objectKey = `chunks/${recordingId}/0000000001-0000000001-0123456789abcdef.chunk`;
    const notice = { version: 1, kind: 'chunk-uploaded', recordingId, objectKey } as const;
    expect((await agent.call(postNotice, { body: notice })).status).toBe(200);
    const [segment] = await owner.device.seal(recordingId, [sampleRecords(0)]);
    if (segment === undefined) throw new Error('nothing was sealed');
    await owner.upload(recordingId, chunkOf(segment));
    await pollUntil(
      'the honest chunk is stored',
      async () => (await owner.commits(recordingId)).contiguousSequence === 1,
    );
    expect((await owner.commits(recordingId)).rejections).toEqual([]);
  });
});
