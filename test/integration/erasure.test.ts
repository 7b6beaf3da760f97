import {
  eraseRecording,
  getErasure,
  getManifest,
  getRecordingFiles,
  grantUploads,
  holdRecording,
  listRecordedEvents,
  listRecordings,
  listSegments,
  openPlayback,
  type RecordingId,
  releaseHold,
  releaseKeys,
} from '@afterimage/contracts';
import { unpackSegments } from '@afterimage/core';
import type { SealedSegment } from '@afterimage/recording';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { busEventsOf } from '../support/bus-log.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { expectProblem } from '../support/expected-problem.ts';
import { loseErasureMessage } from '../support/lost-erasure.ts';
import { pollUntil } from '../support/poll-until.ts';
import { chunkOf, RawAgent } from '../support/raw-agent.ts';
import { callRaw } from '../support/raw-call.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { fallSilent } from '../support/silence.ts';
import { people, resourceName, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { newViewerKey } from '../support/viewer-key.ts';

const minuteMs = 60_000;
const justification = 'the person recorded asked for it';
const reason = 'case 4711 is still open';

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

/** A partial recording that was completed late, so that a file of it was replaced, with its events listed. */
async function recordInTwoVersions() {
  const agent = await RawAgent.enrol(stack);
  const recordingId = await agent.begin();
  const segments = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords));
  await agent.upload(recordingId, chunkOf(...segments.slice(0, 2)));
  await pollUntil('events are listed', async () => (await showRecording(stack, recordingId)).eventCount === 2);
  await fallSilent(stack, truth, recordingId, 4 * minuteMs);
  await runForJson(stack, people.administrator, 'recordings', 'finish', recordingId);
  await recordingIn(stack, recordingId, 'partial');
  await agent.upload(recordingId, chunkOf(...segments.slice(2)));
  await recordingIn(stack, recordingId, 'complete');
  await pollUntil('all events are listed', async () => (await showRecording(stack, recordingId)).eventCount === 3);
  return { agent, recordingId, segments };
}

/** Every version and delete marker under a prefix. */
async function versionsUnder(bucket: string, prefix: string): Promise<string[]> {
  const command = new ListObjectVersionsCommand({ Bucket: resourceName(stack, bucket), Prefix: prefix });
  const { Versions = [], DeleteMarkers = [] } = await truth.s3.send(command);
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key ?? '');
}

const rowsOf = (recordingId: RecordingId, prefix: string) =>
  truth
    .rows('RecordingIndex', `REC#${recordingId}`)
    .then((rows) => rows.filter(({ sk }) => String(sk).startsWith(prefix)));

const segmentDataSchema = z.object({ packed: z.instanceof(Uint8Array), objectKey: z.string() });

const asReviewer = async () => stack.accessToken(people.reviewer);

describe('an erased recording', () => {
  let agent: RawAgent;
  let recordingId: RecordingId;
  let segments: SealedSegment[];
  let playbackId: string;
  let filesBefore: string[];
  const params = () => ({ recordingId });

  beforeAll(async () => {
    ({ agent, recordingId, segments } = await recordInTwoVersions());
    const body = { viewerPublicKey: await newViewerKey() };
    ({ playbackId } = await stack.api(people.reviewer)(openPlayback, { params: params(), body }));
    filesBefore = (await versionsUnder('Recordings', '')).filter((key) => key.endsWith('.air'));
    const { exitCode, errors } = await runCommand(
      stack,
      people.administrator,
      ...['recordings', 'erase', recordingId, '--justification', justification, '--confirm', recordingId],
    );
    expect([exitCode, errors]).toEqual([0, '']);
    await recordingIn(stack, recordingId, 'erased');
  });

  test('ROL-005 has no key, no events, and no bytes in any version of any object, the replaced file included', async () => {
    expect(filesBefore).toHaveLength(2);
    expect(await truth.row('RecordingKeys', `REC#${recordingId}`, 'KEY')).toBeUndefined();
    expect(await rowsOf(recordingId, 'EVT#')).toEqual([]);
    expect(await rowsOf(recordingId, 'MARK#')).toEqual([]);
    for (const prefix of [`chunks/${recordingId}/`, `quarantine/${recordingId}/`]) {
      expect(await versionsUnder('Landing', prefix)).toEqual([]);
    }
    expect((await versionsUnder('Recordings', '')).filter((key) => key.endsWith('.air'))).toEqual([]);
  });

  test('is neither played, listed, read nor downloaded: 410 on every way', async () => {
    const token = await asReviewer();
    const playback = { recordingId, playbackId } as never;
    const viewerPublicKey = await newViewerKey();
    const answers = [
      await callRaw(stack, openPlayback, { params: params(), body: { viewerPublicKey } }, token),
      await callRaw(stack, releaseKeys, { params: playback, body: { epochs: [0] } }, token),
      await callRaw(stack, listSegments, { params: params() }, token),
      await callRaw(stack, listRecordedEvents, { params: params() }, token),
      await callRaw(stack, getRecordingFiles, { params: params() }, token),
    ];
    for (const answer of answers) expectProblem(answer, 410, 'recording-erased');
  });

  test('is listed only for those who ask for erased ones', async () => {
    const api = stack.api(people.reviewer);
    const listed = async (query: { state?: 'erased' }) =>
      (await api(listRecordings, { query })).recordings.map((recording) => recording.recordingId);
    expect(await listed({})).not.toContain(recordingId);
    expect(await listed({ state: 'erased' })).toEqual([recordingId]);
  });

  test('keeps its chain of hashes and its manifest, and its receipt names both', async () => {
    const rows = await rowsOf(recordingId, 'SEG#');
    const segments = rows.map(({ data }) => segmentDataSchema.parse(data));
    expect(segments.flatMap(({ packed, objectKey }) => unpackSegments(packed, objectKey))).toHaveLength(3);
    const { manifest } = await stack.api(people.reviewer)(getManifest, { params: params() });
    const { signed } = await stack.api(people.reviewer)(getErasure, { params: params() });
    const receipt = JSON.parse(signed?.receipt ?? '{}');
    expect(receipt.existed).toMatchObject({
      segmentCount: 3,
      chainHead: JSON.parse(manifest).chainHead,
      manifest: { version: 2 },
    });
    expect(receipt).toMatchObject({
      requestedBy: people.administrator.username,
      keys: { fingerprints: [expect.any(String)] },
    });
    expect(Date.parse(receipt.keys.finalAt) - Date.parse(receipt.erasedAt)).toBe(86_400_000);
  });

  test('is said to be erased, and to have existed, by the verifier', async () => {
    const verified = await runCommand(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verified.exitCode).toBe(0);
    expect(verified.output).toMatch(/Erased at: +20/);
    expect(verified.output).toMatch(/Existed as: +3 segments/);
    const proof = await runForJson(stack, people.reviewer, 'recordings', 'receipt', recordingId);
    expect(proof).toMatchObject({ state: 'erased', isProven: true, objections: [] });
  });

  test('takes nothing more: grants are refused, and a chunk that arrives all the same is not stored', async () => {
    const body = { chunks: [chunkOf(...segments).description] };
    expectProblem(await agent.call(grantUploads, { params: params(), body }), 409, 'recording-ended');
    const objectKey = `chunks/${recordingId}/0000000001-0000000003-0123456789abcdef.chunk`;
    await truth.putObject('Landing', objectKey, chunkOf(...segments).bytes);
    const rejected = async () => (await agent.commits(recordingId)).rejections;
    await pollUntil('the agent is told', async () => (await rejected()).some((one) => one.objectKey === objectKey));
    expect((await rejected()).at(-1)?.reason).toBe('recording-ended');
    expect(await rowsOf(recordingId, 'EVT#')).toEqual([]);
    expect(await truth.objectKeys('Landing', 'quarantine/')).toEqual([]);
  });

  test('is erased once, however often it is asked for, and said so on the bus', async () => {
    const answer = await stack.api(people.administrator)(eraseRecording, { params: params(), body: { justification } });
    expect(answer.state).toBe('erased');
    expect(busEventsOf(stack, recordingId).filter((event) => event['detail-type'] === 'RecordingErased')).toHaveLength(
      1,
    );
  });

  test('its audit has the justification with the intent', async () => {
    const rows = await truth.rows('Audit', `AUDIT#${new Date().toISOString().slice(0, 10)}`);
    const intent = rows.map(({ data }) => data).find((data) => JSON.stringify(data).includes('recording.erase"'));
    expect(intent).toMatchObject({ subject: recordingId, details: { justification } });
  });
});

describe('an erasure', () => {
  const erase = async (recordingId: RecordingId, token: string) =>
    callRaw(stack, eraseRecording, { params: { recordingId }, body: { justification } }, token);

  test('is refused while the recording is made, and under a hold until that is released', async () => {
    const token = await stack.accessToken(people.administrator);
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const params = { recordingId };
    expectProblem(await erase(recordingId, token), 409, 'recording-still-live');
    await agent.upload(recordingId, chunkOf(...(await agent.device.seal(recordingId, [0].map(sampleRecords)))));
    await recordingIn(stack, recordingId, 'complete');
    const api = stack.api(people.administrator);
    await api(holdRecording, { params, body: { reason } });
    expectProblem(await erase(recordingId, token), 409, 'recording-held');
    expect((await showRecording(stack, recordingId)).hold).toMatchObject({ reason });
    await api(releaseHold, { params, query: { reason } });
    expect((await erase(recordingId, token)).status).toBe(202);
    await recordingIn(stack, recordingId, 'erased');
    expectProblem(await callRaw(stack, holdRecording, { params, body: { reason } }, token), 410, 'recording-erased');
  });

  test('goes on after the machine was killed in the middle', async () => {
    const ids = await Promise.all(
      [0, 1, 2].map(async () => {
        const agent = await RawAgent.enrol(stack);
        const recordingId = await agent.begin();
        const segments = await agent.device.seal(recordingId, [0, 1].map(sampleRecords));
        await agent.upload(recordingId, chunkOf(...segments));
        await recordingIn(stack, recordingId, 'complete');
        return recordingId;
      }),
    );
    const token = await stack.accessToken(people.administrator);
    await Promise.all(ids.map((recordingId) => erase(recordingId, token)));
    await stack.kill();
    await stack.start();
    for (const recordingId of ids) {
      await recordingIn(stack, recordingId, 'erased', 60_000);
      expect(await truth.row('RecordingKeys', `REC#${recordingId}`, 'KEY')).toBeUndefined();
      const proof = await runForJson(stack, people.reviewer, 'recordings', 'receipt', recordingId);
      expect(proof).toMatchObject({ isProven: true, receipt: { keys: { fingerprints: [expect.any(String)] } } });
    }
  });

  test('whose message was lost is taken up by the sweeper', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    await agent.upload(recordingId, chunkOf(...(await agent.device.seal(recordingId, [0].map(sampleRecords)))));
    await recordingIn(stack, recordingId, 'complete');
    await loseErasureMessage(stack, truth, recordingId);
    await fallSilent(stack, truth, recordingId, 4 * minuteMs);
    await recordingIn(stack, recordingId, 'erased');
  });
});

describe('in the console', () => {
  test('a recording is held, released and erased by those who may, and seen by nobody afterwards', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    await agent.upload(recordingId, chunkOf(...(await agent.device.seal(recordingId, [0].map(sampleRecords)))));
    await recordingIn(stack, recordingId, 'complete');
    const browser = await ConsoleBrowser.launch(stack.endpoint);
    try {
      const page = await browser.openAs(people.administrator, `/recordings?selected=${recordingId}`);
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const confirm = async (name: string) => {
        await page.getByLabel('Reason').fill(reason);
        await button(name).click();
      };
      await page.getByRole('table', { name: 'Files' }).getByText('1 to 1').waitFor();
      await button('Hold …').click();
      await confirm('Hold');
      await page.getByText(reason).waitFor();
      await button('Release hold …').click();
      await confirm('Release');
      await button('Hold …').waitFor();
      await button('Erase …').click();
      await page.getByLabel('Reason').fill(justification);
      expect(await button('Erase for good').isDisabled()).toBe(true);
      await page.getByLabel('I understand that nothing brings it back.').check();
      await button('Erase for good').click();
      await recordingIn(stack, recordingId, 'erased');
      await page.getByRole('cell', { name: recordingId }).waitFor({ state: 'detached' });
      await page.goto(`/recordings/${recordingId}`);
      await page.getByText('The recording is erased').waitFor();
    } finally {
      await browser.close();
    }
  });
});
