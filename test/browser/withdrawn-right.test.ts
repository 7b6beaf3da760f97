import type { Agent, RecordedSession } from '@afterimage/agent';
import {
  assignRole,
  changeSiteSettings,
  createViewingPolicy,
  deleteViewingPolicy,
  listRecordings,
  makePlaybackId,
  makeRuleId,
  type PolicyId,
  type RecordingId,
  releaseKeys,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { KnownScreen } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { callRaw, problemNameOf } from '../support/raw-call.ts';
import { startHost } from '../support/recorded-host.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

/** What is promised, and what this machine's two cores may take on top of it. */
const withinMs = 5_000 + 1_000;
const clock = new TestClock();
let stack: Stack;
let agent: Agent;
let session: RecordedSession;
let browser: ConsoleBrowser;
let recordingId: RecordingId;
const screen = new KnownScreen();

beforeAll(async () => {
  stack = await startStack();
  agent = await startHost(stack);
  session = await agent.recordSession({ source: screen, user: 'mira' });
  await screen.draw(0);
  recordingId = await pollUntil('a recording', async () => {
    const { recordings } = await stack.api(people.reviewer)(listRecordings, {});
    return recordings[0]?.recordingId;
  });
  browser = await ConsoleBrowser.launch(stack.endpoint);
});

afterAll(async () => {
  await browser?.close();
  await session?.stop();
  await agent?.close();
  await stack?.close();
});

const admin = () => stack.api(people.administrator);
const reviewers = { kind: 'group' as const, name: 'reviewers' };

async function assign(members: (typeof reviewers)[]): Promise<void> {
  await admin()(assignRole, { params: { role: 'Player' }, body: { members } });
}

async function showMiraTo(viewer: { kind: 'user' | 'group'; name: string }): Promise<PolicyId> {
  const criteria = { principals: [{ kind: 'user' as const, name: 'mira' }] };
  const rule = { ruleId: makeRuleId(clock), name: 'Mira', viewer, criteria };
  const { policy } = await admin()(createViewingPolicy, { body: { draft: { name: 'Viewers', rules: [rule] } } });
  return policy.policyId;
}

/** Opens the recording as a reviewer and waits for its picture. */
async function watch(): Promise<WatchedPlayer> {
  const player = new WatchedPlayer(await browser.openAs(people.reviewer, `/recordings/${recordingId}`));
  await pollUntil('a picture', async () => {
    const pixels = await player.pixels();
    return (await player.isPictureShown()) && pixels.some((pixel) => pixel !== pixels[0]);
  });
  return player;
}

/** What a key is answered with that is asked for now. */
async function keyProblem(): Promise<string | undefined> {
  const params = { recordingId, playbackId: makePlaybackId(clock) };
  return problemNameOf(
    await callRaw(stack, releaseKeys, { params, body: { epochs: [0] } }, await stack.accessToken(people.reviewer)),
  );
}

async function isGone({ page }: WatchedPlayer, why: string): Promise<void> {
  await page.getByText(why).waitFor({ timeout: withinMs });
  expect(await page.locator('canvas').count()).toBe(0);
  expect(await page.locator('.player-side').count()).toBe(0);
  expect(await page.locator('body').textContent()).not.toContain('mira');
  expect(await page.title()).not.toContain('mira');
}

describe('a reviewer whose right is withdrawn in the middle', () => {
  test('ROL-008: without the role the picture is gone within five seconds, with all that the page told of it', async () => {
    const player = await watch();
    await assign([]);
    await isGone(player, 'You are not permitted to watch this');
    expect(await keyProblem()).toBe('role-missing');
    await player.page.close();
    await assign([reviewers]);
  });

  test('VIEW-004: outside the viewing policies the recording is not there any more, and a reload finds none', async () => {
    await admin()(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
    const policyId = await showMiraTo(reviewers);
    await showMiraTo({ kind: 'user', name: 'nobody' });
    const player = await watch();
    await admin()(deleteViewingPolicy, { params: { policyId } });
    await isGone(player, 'This recording is not shown to you');
    expect(await keyProblem()).toBe('recording-not-found');
    await player.page.reload();
    await player.page.getByText('There is no such recording').waitFor();
    await player.page.getByRole('button', { name: 'Back to the list' }).first().click();
    await player.page.waitForURL(/\/recordings$/);
    await player.page.getByText('No recordings yet').first().waitFor();
  });
});
