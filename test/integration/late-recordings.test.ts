import type { RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { busEventsOf } from '../support/bus-log.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { KnownScreen, pictureOf } from '../support/known-screen.ts';
import { LaunchedAgent } from '../support/launch-agent.ts';
import { pollUntil } from '../support/poll-until.ts';
import { chunkOf, RawAgent } from '../support/raw-agent.ts';
import { enrolHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { differencesOf, frameAt } from '../support/shown-frame.ts';
import { fallSilent } from '../support/silence.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const minuteMs = 60_000;

let stack: Stack;
let truth: StoredTruth;
const launched: LaunchedAgent[] = [];

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterAll(async () => {
  for (const agent of launched) await agent.kill();
  truth?.close();
  await stack?.close();
});

/** Types of the events on the bus, waited for until the last one is there. */
async function saidUntil(recordingId: RecordingId, last: string): Promise<string[]> {
  return pollUntil(`${last} is on the bus`, () => {
    const types = busEventsOf(stack, recordingId).map((event) => event['detail-type']);
    return types.at(-1) === last && types;
  });
}

const { width, height } = new KnownScreen();

describe('an agent that dies and stays away', () => {
  let dataDirectory: string;
  let recordingId: RecordingId;

  beforeAll(async () => {
    dataDirectory = await enrolHost(stack);
    const agent = await LaunchedAgent.record(dataDirectory);
    launched.push(agent);
    recordingId = await agent.draw(0);
    await pollUntil(
      'the first picture is stored',
      async () => (await showRecording(stack, recordingId)).segmentCount > 0,
    );
    await stack.kill();
    await agent.draw(1);
    await agent.kill();
    await stack.start();
  });

  test('leaves a recording that is live for three minutes, then interrupted, with an event that says so', async () => {
    await fallSilent(stack, truth, recordingId, 2 * minuteMs);
    expect((await showRecording(stack, recordingId)).state).toBe('live');
    await fallSilent(stack, truth, recordingId, 4 * minuteMs);
    expect((await showRecording(stack, recordingId)).state).toBe('interrupted');
    expect(await saidUntil(recordingId, 'RecordingInterrupted')).toEqual(['RecordingStarted', 'RecordingInterrupted']);
  });

  test('and that can be watched and verified as far as it goes', async () => {
    expect(differencesOf([await frameAt(stack, recordingId, 0)], [pictureOf(0, width, height)])).toEqual([0]);
    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({ verdict: 'intact-end-not-attested', findings: [] });
  });

  test('can be finished by an operator: partial, the missing end declared and signed', async () => {
    const finished = await runForJson(stack, people.administrator, 'recordings', 'finish', recordingId);
    expect(finished).toEqual({ recordingId });
    const recording = await recordingIn(stack, recordingId, 'partial');
    expect(recording.gaps).toMatchObject([{ reason: 'end-not-attested' }]);
    expect(recording.files).toMatchObject([{ manifestVersion: 1 }]);
    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({ verdict: 'intact-end-not-attested', isManifestVerified: true });
    const again = await runCommand(stack, people.administrator, 'recordings', 'finish', recordingId);
    expect(again).toMatchObject({ exitCode: 1, errors: expect.stringContaining('has ended') });
    await saidUntil(recordingId, 'RecordingFinished');
  });

  test('comes back with the rest: the next manifest version has everything, and names the one before', async () => {
    expect(await LaunchedAgent.flush(dataDirectory)).toBe(true);
    const recording = await recordingIn(stack, recordingId, 'complete');
    expect(recording.files).toMatchObject([{ manifestVersion: 2 }]);
    const expected = [0, 1].map((number) => pictureOf(number, width, height));
    expect(differencesOf(await truth.pictures(recording), expected)).toEqual([0, 0]);
    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({ verdict: 'intact-and-complete', findings: [], isManifestVerified: true });
  });
});

describe('a recording that nobody ends', () => {
  test('TRN-004: is sealed as partial after the message life, its missing middle declared', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [first, , third, fourth] = await agent.device.seal(recordingId, [0, 1, 2, 3].map(sampleRecords));
    if (!first || !third || !fourth) throw new Error('nothing was sealed');
    await agent.upload(recordingId, chunkOf(first));
    await agent.upload(recordingId, chunkOf(third, fourth));
    await pollUntil('both are stored', async () => (await showRecording(stack, recordingId)).segmentCount === 3);
    await fallSilent(stack, truth, recordingId, 4 * minuteMs);
    await fallSilent(stack, truth, recordingId, 119 * minuteMs);
    expect((await showRecording(stack, recordingId)).state).toBe('interrupted');
    await fallSilent(stack, truth, recordingId, 121 * minuteMs);
    const recording = await recordingIn(stack, recordingId, 'partial');
    expect(recording.gaps).toMatchObject([
      { reason: 'segments-missing', firstMissingSequence: 2, lastMissingSequence: 2 },
    ]);
    const verdict = await runCommand(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict.output).toContain('declared gap: segments 2-2');
  });

  test('goes on when its agent is heard again', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const [first, second] = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords));
    if (!first || !second) throw new Error('nothing was sealed');
    await agent.upload(recordingId, chunkOf(first));
    await pollUntil('it is stored', async () => (await showRecording(stack, recordingId)).segmentCount === 1);
    await fallSilent(stack, truth, recordingId, 4 * minuteMs);
    expect((await showRecording(stack, recordingId)).state).toBe('interrupted');
    await agent.upload(recordingId, chunkOf(second));
    await recordingIn(stack, recordingId, 'live');
    expect(await saidUntil(recordingId, 'RecordingResumed')).toContain('RecordingInterrupted');
  });

  test('and of which nothing ever arrived has failed', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    await fallSilent(stack, truth, recordingId, 4 * minuteMs);
    await fallSilent(stack, truth, recordingId, 121 * minuteMs);
    await recordingIn(stack, recordingId, 'failed');
    await saidUntil(recordingId, 'RecordingFailed');
  });
});
