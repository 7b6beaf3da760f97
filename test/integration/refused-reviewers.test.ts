import {
  createEnrolmentToken,
  finishRecording,
  getManifest,
  getRecording,
  listRecordings,
  makeRecordingId,
  openPlayback,
  type RecordingId,
  releaseKeys,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { expectProblem } from '../support/expected-problem.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { callRaw } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { newViewerKey } from '../support/viewer-key.ts';

const unknownRecordingId = makeRecordingId(new TestClock());
const past = '2020-01-01T00:00:00.000Z';

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

describe('a reviewer', () => {
  test('without a token is asked to sign in, and with a forged one too', async () => {
    expect((await callRaw(stack, listRecordings)).status).toBe(401);
    const [header, payload] = (await stack.accessToken(people.reviewer)).split('.');
    expect((await callRaw(stack, listRecordings, {}, `${header}.${payload}.AAAA`)).status).toBe(401);
    expect((await callRaw(stack, listRecordings, {}, await agent.token(listRecordings))).status).toBe(401);
  });

  test('without a role is refused, and told so', async () => {
    const token = await stack.accessToken(people.visitor);
    expectProblem(await callRaw(stack, listRecordings, {}, token), 403, 'role-missing');
    const params = { recordingId: unknownRecordingId };
    expectProblem(await callRaw(stack, getRecording, { params }, token), 403, 'role-missing');
  });

  test('finds no recording that does not exist', async () => {
    const token = await stack.accessToken(people.administrator);
    const params = { recordingId: unknownRecordingId };
    for (const route of [getRecording, getManifest, finishRecording]) {
      expectProblem(await callRaw(stack, route, { params }, token), 404, 'recording-not-found');
    }
  });

  test('sends what is not of the contract and is told where', async () => {
    const token = await stack.accessToken(people.administrator);
    const wrong = await callRaw(
      stack,
      createEnrolmentToken,
      { body: { maxUses: 0, validForSeconds: 'soon' as never } },
      token,
    );
    expectProblem(wrong, 400, 'invalid-request');
    expect(wrong.problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/maxUses', '/validForSeconds']);
    const query = { limit: 100_000 };
    const tooMany = await callRaw(stack, listRecordings, { query }, token);
    expect(tooMany.problem.errors).toMatchObject([{ pointer: 'limit' }]);
    const params = { recordingId: 'rec_nonsense' as RecordingId };
    expectProblem(await callRaw(stack, getRecording, { params }, token), 400, 'invalid-request');
    expectProblem(await callRaw(stack, createEnrolmentToken, { text: '{"maxUses":' }, token), 400, 'invalid-request');
    const plain = { text: 'maxUses=1', contentType: 'application/x-www-form-urlencoded' };
    expectProblem(await callRaw(stack, createEnrolmentToken, plain, token), 415, 'unsupported-media-type');
  });

  test('gets keys for a playback of their own only, and only until it ends', async () => {
    const owner = await RawAgent.enrol(stack);
    const recordingId = await owner.begin();
    const reviewer = await stack.accessToken(people.reviewer);
    const viewerPublicKey = await newViewerKey();
    const open = () => callRaw(stack, openPlayback, { params: { recordingId }, body: { viewerPublicKey } }, reviewer);
    const { playbackId } = (await open()).json;
    const release = (params: { recordingId: RecordingId; playbackId: typeof playbackId }, token: string) =>
      callRaw(stack, releaseKeys, { params, body: { epochs: [0] } }, token);
    expect((await release({ recordingId, playbackId }, reviewer)).status).toBe(200);
    const other = await stack.accessToken(people.administrator);
    expectProblem(await release({ recordingId, playbackId }, other), 403, 'playback-expired');
    const elsewhere = await (await RawAgent.enrol(stack)).begin();
    expectProblem(await release({ recordingId: elsewhere, playbackId }, reviewer), 403, 'playback-expired');
    await truth.change('RecordingIndex', `PLB#${playbackId}`, 'PLAYBACK', 'expiresAt', past);
    expectProblem(await release({ recordingId, playbackId }, reviewer), 403, 'playback-expired');
  });

  test('cannot finish a recording that is still being made', async () => {
    const recordingId = await (await RawAgent.enrol(stack)).begin();
    const token = await stack.accessToken(people.administrator);
    const answer = await callRaw(stack, finishRecording, { params: { recordingId } }, token);
    expectProblem(answer, 409, 'recording-still-live');
  });
});
