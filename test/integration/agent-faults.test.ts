import { createHash } from 'node:crypto';
import { listRecordedEvents, type RecordingId } from '@afterimage/contracts';
import { splitSegments } from '@afterimage/recording';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runForJson } from '../support/command-line.ts';
import { KnownScreen, LeapingClock, pictureOf } from '../support/known-screen.ts';
import { LaunchedAgent } from '../support/launch-agent.ts';
import { pollUntil } from '../support/poll-until.ts';
import { enrolHost, recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { differencesOf, frameAt } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const hourMs = 3_600_000;

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

async function record(dataDirectory: string): Promise<LaunchedAgent> {
  const agent = await LaunchedAgent.record(dataDirectory);
  launched.push(agent);
  return agent;
}

const { width, height } = new KnownScreen();
const picturesOf = (...numbers: number[]) => numbers.map((number) => pictureOf(number, width, height));
const zeros = (count: number) => Array.from({ length: count }, () => 0);

/** Digests of all bytes that were ever uploaded under a sequence. */
async function uploadedDigests(recordingId: RecordingId): Promise<Map<number, Set<string>>> {
  const digests = new Map<number, Set<string>>();
  for (const key of await truth.objectKeys('Landing', `chunks/${recordingId}/`)) {
    const bytes = await truth.object('Landing', key);
    for (const { header, offset, length } of splitSegments(bytes)) {
      const digest = createHash('sha256')
        .update(bytes.subarray(offset, offset + length))
        .digest('hex');
      digests.set(header.sequence, (digests.get(header.sequence) ?? new Set()).add(digest));
    }
  }
  return digests;
}

describe('an agent that is killed with -9', () => {
  test('goes on with the same recording when it is started again: gaps declared, nothing lost, nothing sealed twice', async () => {
    const dataDirectory = await enrolHost(stack);
    const recordingIds = new Set<RecordingId>();
    for (const numbers of [[0, 1, 2], [3], [4, 5]]) {
      const agent = await record(dataDirectory);
      for (const number of numbers) recordingIds.add(await agent.draw(number));
      await agent.kill();
    }
    const last = await record(dataDirectory);
    recordingIds.add(await last.draw(6));
    expect(await last.stop()).toBe(true);

    expect(recordingIds.size).toBe(1);
    const [recordingId] = recordingIds;
    if (recordingId === undefined) throw new Error('nothing was recorded');
    const recording = await recordingIn(stack, recordingId, 'complete');
    expect(recording).toMatchObject({ rejectedCount: 0 });
    expect(differencesOf(await truth.pictures(recording), picturesOf(0, 1, 2, 3, 4, 5, 6))).toEqual(zeros(7));
    expect([...(await uploadedDigests(recordingId)).values()].map((digests) => digests.size)).toEqual(
      zeros(recording.segmentCount).map(() => 1),
    );
    const gaps = await pollUntil('every gap is listed', async () => {
      const { events } = await stack.api(people.reviewer)(listRecordedEvents, { params: { recordingId } });
      const found = events.filter(({ kind }) => kind === 'gap');
      return found.length === 3 && found;
    });
    for (const gap of gaps) expect(gap.untilMs).toBeGreaterThanOrEqual(gap.atMs);
    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({ verdict: 'intact-and-complete' });
  });

  test('leaves a recording that is signed off and stored by the next run, without a screen', async () => {
    const dataDirectory = await enrolHost(stack);
    const agent = await record(dataDirectory);
    const recordingId = await agent.draw(0);
    await agent.draw(1);
    await agent.kill();
    expect(await LaunchedAgent.flush(dataDirectory)).toBe(true);
    const recording = await recordingIn(stack, recordingId, 'complete');
    expect(differencesOf(await truth.pictures(recording), picturesOf(0, 1))).toEqual(zeros(2));
  });
});

describe('a host whose clock is wrong', () => {
  test.each([
    ['an hour ahead', hourMs],
    ['an hour behind', -hourMs],
  ])('by %s records all the same, and the service knows by how much', async (_case, offsetMs) => {
    const agent = await startHost(stack, { clock: new LeapingClock(offsetMs) });
    try {
      const screen = new KnownScreen();
      const session = await agent.recordSession({ source: screen });
      await screen.draw(0);
      await screen.draw(1);
      const recordingId = recordingIdOf(await session.stop());
      const recording = await recordingIn(stack, recordingId, 'complete');
      expect(Math.abs(recording.clockOffsetMs - offsetMs)).toBeLessThan(5_000);
      expect(Math.abs(Date.parse(recording.startedAt) - Date.now())).toBeLessThan(60_000);
      const [, last] = screen.shown;
      expect(differencesOf([await frameAt(stack, recordingId, last?.fromMs ?? 0)], picturesOf(1))).toEqual([0]);
    } finally {
      await agent.close();
    }
  });
});

describe('a spool that is full', () => {
  test('TRN-007: stops pixels, declares the gap and ends complete once there is room', async () => {
    const agent = await startHost(stack, { spoolLimitBytes: 8 * 1024 * 1024 });
    try {
      const screen = new KnownScreen();
      const session = await agent.recordSession({ source: screen });
      await screen.draw(0);
      const usedByOthersBytes = 7 * 1024 * 1024;
      agent.budget.take(usedByOthersBytes);
      await screen.draw(1);
      agent.budget.free(usedByOthersBytes);
      await screen.draw(2);
      const recordingId = recordingIdOf(await session.stop());
      await recordingIn(stack, recordingId, 'complete');
      const { gaps } = await pollUntil('the gap is declared', async () => {
        const shown = await showRecording(stack, recordingId);
        return shown.gaps.length > 0 && shown;
      });
      expect(gaps).toMatchObject([{ reason: 'spool-full' }]);
    } finally {
      await agent.close();
    }
  });
});
