import { randomInt } from 'node:crypto';
import { type Agent, type RecordedSession, systemClock } from '@afterimage/agent';
import { listQueues, type Recording, type RecordingId } from '@afterimage/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runForJson } from '../support/command-line.ts';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { countDifferences, differencesOf, frameAt } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const killCount = 4;
const pictureEveryMs = 60;
/** After this an agent sends again what it sent and nobody has stored. */
const resendAfterMs = 120_000;

let stack: Stack;
let truth: StoredTruth;
const running: BusyHost[] = [];

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterEach(async () => {
  for (const host of running.splice(0)) await host.close();
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

/** A host whose screen changes all the time, whatever happens to the service. */
class BusyHost {
  readonly clock: LeapingClock;
  readonly agent: Agent;
  readonly screen: KnownScreen;
  readonly session: RecordedSession;
  readonly #drawing: Promise<void>;
  #isDone = false;

  static async start(): Promise<BusyHost> {
    const clock = new LeapingClock();
    const agent = await startHost(stack, { clock });
    const screen = new KnownScreen(clock, { width: 100, height: 60 });
    const session = await agent.recordSession({ source: screen, uploadIntervalMs: 150 });
    const host = new BusyHost(clock, agent, screen, session);
    running.push(host);
    return host;
  }

  private constructor(clock: LeapingClock, agent: Agent, screen: KnownScreen, session: RecordedSession) {
    this.clock = clock;
    this.agent = agent;
    this.screen = screen;
    this.session = session;
    this.#drawing = this.#draw();
  }

  /** What the service has said it stored: the agent has freed it. */
  get acknowledgedSequence(): number {
    return this.agent.deliveryLoop.progress()[0]?.contiguousSequence ?? 0;
  }

  get waitingSegments(): number {
    return this.agent.deliveryLoop.progress()[0]?.spooledSegments ?? 0;
  }

  async recordingId(): Promise<RecordingId> {
    const recordingId = await this.session.begun;
    if (recordingId === undefined) throw new Error('nothing is recorded');
    return recordingId;
  }

  async shows(morePictures: number): Promise<void> {
    const until = this.screen.shown.length + morePictures;
    await pollUntil(`${morePictures} more pictures`, () => this.screen.shown.length >= until);
  }

  async finish(): Promise<RecordingId> {
    this.#isDone = true;
    await this.#drawing;
    const outcome = await this.session.stop();
    if (outcome.kind === 'recorded') expect(outcome).toMatchObject({ isStored: true, endReason: 'session-ended' });
    return recordingIdOf(outcome);
  }

  async close(): Promise<void> {
    this.#isDone = true;
    await this.#drawing;
    await this.agent.close();
  }

  async #draw(): Promise<void> {
    for (let number = 0; !this.#isDone; number++) {
      await this.screen.draw(number);
      await systemClock.delay(pictureEveryMs);
    }
  }
}

async function expectExact(recording: Recording, screen: KnownScreen): Promise<void> {
  const shown = screen.shown.map(({ pixels }) => pixels);
  expect(differencesOf(await truth.pictures(recording), shown)).toEqual(shown.map(() => 0));
  const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recording.recordingId);
  expect(verdict).toMatchObject({ verdict: 'intact-and-complete', findings: [] });
}

describe('a service that is killed with -9 while it takes in', () => {
  test('has every segment that it acknowledged, and in the end every picture', async () => {
    const host = await BusyHost.start();
    const recordingId = await host.recordingId();
    for (let kill = 0; kill < killCount; kill++) {
      await pollUntil('something more is acknowledged', () => host.acknowledgedSequence > kill);
      await host.shows(randomInt(1, 20));
      const acknowledged = host.acknowledgedSequence;
      await stack.kill();
      await stack.start();
      expect((await showRecording(stack, recordingId)).contiguousSequence).toBeGreaterThanOrEqual(acknowledged);
    }
    // Messages that the service held when it died come back after their visibility timeout only.
    host.clock.leap(resendAfterMs);
    await host.finish();
    await expectExact(await recordingIn(stack, recordingId, 'complete'), host.screen);
  });
});

describe('a service that is away for longer than several uploads', () => {
  test('TRN-001, TRN-046: misses nothing that happened meanwhile', async () => {
    const host = await BusyHost.start();
    const recordingId = await host.recordingId();
    await pollUntil('something is acknowledged', () => host.acknowledgedSequence > 0);
    await stack.kill();
    await pollUntil('several uploads are due', () => host.waitingSegments >= 8);
    expect(host.agent.deliveryLoop.lastError).toBeDefined();
    await stack.start();
    host.clock.leap(resendAfterMs);
    await host.finish();
    await expectExact(await recordingIn(stack, recordingId, 'complete'), host.screen);
    expect(host.agent.budget.usedBytes).toBe(0);
  });
});

describe('a service that is stopped and started again', () => {
  test('still plays, lists and proves everything, with the same pixels', async () => {
    const host = await BusyHost.start();
    await host.shows(10);
    const recordingId = await host.finish();
    const before = await recordingIn(stack, recordingId, 'complete');
    await stack.restart();
    // Events are counted in their own time.
    expect(await showRecording(stack, recordingId)).toEqual({ ...before, eventCount: expect.any(Number) });
    const lastMs = host.screen.shown.at(-1)?.fromMs ?? 0;
    for (const timeMs of [0, randomInt(lastMs), lastMs]) {
      expect(countDifferences(await frameAt(stack, recordingId, timeMs), host.screen.at(timeMs))).toBe(0);
    }
    await expectExact(before, host.screen);
  });

  test('has no message that could not be processed', async () => {
    const { queues } = await stack.api(people.administrator)(listQueues, {});
    expect(queues.map(({ name, deadLetters }) => ({ name, deadLetters }))).toEqual([
      { name: 'ingest', deadLetters: 0 },
      { name: 'finalise', deadLetters: 0 },
      { name: 'erasure', deadLetters: 0 },
    ]);
  });
});
