import { randomInt } from 'node:crypto';
import type { Agent } from '@afterimage/agent';
import { getManifest, listRecordedEvents, type Recording, type RecordingId } from '@afterimage/contracts';
import { verifyRecording } from '@afterimage/recording';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand, runForJson } from '../support/command-line.ts';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { countDifferences, frameAt } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { readFileIndex, readPictures, StoredTruth } from '../support/stored-truth.ts';

const pictureCount = 24;
/** So that two epochs and several key images are recorded. */
const leapMs = 40_000;

let stack: Stack;
let truth: StoredTruth;
let agent: Agent;
let screen: KnownScreen;
let recordingId: RecordingId;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  const clock = new LeapingClock();
  agent = await startHost(stack, { clock });
  screen = new KnownScreen(clock);
  const session = await agent.recordSession({ source: screen, user: 'mira', application: 'Order desk' });
  for (let number = 0; number < pictureCount; number++) {
    await screen.draw(number);
    if (number === 3) screen.notice('Orders');
    clock.leap(leapMs);
  }
  recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete');
});

afterAll(async () => {
  await agent?.close();
  truth?.close();
  await stack?.close();
});

describe('a session recorded from end to end', () => {
  test('is listed and shown with who, where, why and how much', async () => {
    const { recordings } = await runForJson<{ recordings: Recording[] }>(stack, people.reviewer, 'recordings', 'list');
    expect(recordings).toMatchObject([{ recordingId, state: 'complete', gaps: [], rejectedCount: 0 }]);
    const shown = await runForJson<Recording>(stack, people.reviewer, 'recordings', 'show', recordingId);
    expect(shown).toMatchObject({
      attributes: { user: { value: 'mira', assertedBy: 'agent' }, application: { value: 'Order desk' } },
      decision: { policyId: 'record-everyone-without-notification', action: 'record-without-notification' },
      width: screen.width,
      height: screen.height,
      files: [{ fileNumber: 1, manifestVersion: 1 }],
    });
    expect(shown.decision.reason).not.toBe('');
    expect(shown.finalSequence).toBe(shown.contiguousSequence);
    expect(shown.durationMs).toBeGreaterThanOrEqual(screen.shown.at(-1)?.fromMs ?? Number.NaN);
  });

  test('shows exactly the pixels that were on the screen, at ten random times', async () => {
    const lastMs = screen.shown.at(-1)?.fromMs ?? 0;
    for (let i = 0; i < 10; i++) {
      const timeMs = randomInt(lastMs + 1);
      const differences = countDifferences(await frameAt(stack, recordingId, timeMs), screen.at(timeMs));
      expect({ timeMs, differences }).toEqual({ timeMs, differences: 0 });
    }
  });

  test('shows each picture from its very millisecond on, and the one before until then', async () => {
    for (const number of [1, 7, pictureCount - 1]) {
      const fromMs = screen.shown[number]?.fromMs ?? 0;
      expect(countDifferences(await frameAt(stack, recordingId, fromMs), screen.at(fromMs))).toBe(0);
      expect(countDifferences(await frameAt(stack, recordingId, fromMs - 1), screen.at(fromMs - 1))).toBe(0);
    }
  });

  test('is intact and complete, by a manifest that verifies', async () => {
    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({
      recordingId,
      isManifestVerified: true,
      verdict: 'intact-and-complete',
      findings: [],
    });
  });

  test('prints for people what it prints as JSON for programs', async () => {
    const listed = await runCommand(stack, people.reviewer, 'recordings', 'list');
    expect(listed.output).toMatch(new RegExp(`^ID +STATE .*\\n${recordingId} +complete +mira `));
    const verified = await runCommand(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verified).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^intact and complete: \d+ segments/),
    });
  });

  test('lists what was noticed at its time', async () => {
    const api = stack.api(people.reviewer);
    const events = await pollUntil('the title is listed', async () => {
      const answer = await api(listRecordedEvents, { params: { recordingId } });
      return answer.events.some(({ kind }) => kind === 'title') && answer.events;
    });
    const noticedAfterMs = screen.shown[3]?.fromMs ?? 0;
    expect(events.find(({ kind }) => kind === 'title')).toMatchObject({ text: 'Orders', assertedBy: 'agent' });
    expect(events.find(({ kind }) => kind === 'title')?.atMs).toBeGreaterThanOrEqual(noticedAfterMs);
    expect(events.find(({ kind }) => kind === 'session-start')).toMatchObject({ atMs: 0, text: 'mira' });
  });

  test('STO-001: is one file in S3 that its footer opens, with every picture in it and nothing else', async () => {
    const recording = await showRecording(stack, recordingId);
    const file = await truth.object('Recordings', recording.files[0]?.objectKey ?? '');
    const index = await readFileIndex(file);
    expect(index.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: recording.finalSequence ?? 0 }, (_, i) => i + 1),
    );
    expect(new Set(index.map(({ epoch }) => epoch)).size).toBeGreaterThan(1);
    const pictures = await readPictures(file, recordingId, await truth.dataKey(recording));
    expect(pictures).toHaveLength(screen.shown.length);
    for (const [i, { fromMs }] of pictures.entries()) {
      const shownAtMs = screen.shown[i]?.fromMs ?? 0;
      // A record that waited behind another takes that one's time: never earlier than shown, never much later.
      expect(fromMs).toBeGreaterThanOrEqual(shownAtMs);
      expect(fromMs).toBeLessThan(shownAtMs + 1000);
    }
    const differences = pictures.map(({ pixels }, i) => countDifferences(pixels, screen.shown[i]?.pixels ?? pixels));
    expect(differences).toEqual(screen.shown.map(() => 0));
  });

  test('is called altered, in words and by exit code, when one byte of the file is another', async () => {
    const { files } = await showRecording(stack, recordingId);
    const file = (await truth.object('Recordings', files[0]?.objectKey ?? '')).slice();
    const middle = file.length >> 1;
    file[middle] = (file[middle] ?? 0) ^ 1;
    const proof = await stack.api(people.reviewer)(getManifest, { params: { recordingId } });
    const bytes = (async function* () {
      yield file;
    })();
    const verdict = await verifyRecording({
      sources: [{ name: 'file', form: 'file', bytes }],
      manifest: {
        signed: {
          bytes: new TextEncoder().encode(proof.manifest),
          signature: Buffer.from(proof.signature, 'base64'),
        },
        servicePublicKeySpki: Buffer.from(proof.manifestPublicKey, 'base64'),
      },
    });
    expect(verdict.verdict).toBe('altered');
    expect(verdict.findings.length).toBeGreaterThan(0);
  });

  test('leaves nothing on the host once it is stored', () => {
    expect(agent.budget.usedBytes).toBe(0);
    expect(agent.deliveryLoop.progress()).toEqual([]);
  });
});
