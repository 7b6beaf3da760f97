import { activateRecordingPolicy, getSession, type RecordingCommand, type SessionId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { CommandedHost, notRecorded, recordedAs } from '../support/commanded-host.ts';
import { pollUntil } from '../support/poll-until.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;
let host: CommandedHost;

beforeAll(async () => {
  stack = await startStack();
  await api()(activateRecordingPolicy, { body: { policyId: 'do-not-record' } });
  host = await CommandedHost.enrol(stack);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/sessions');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const rowOf = (user: string) => page.locator('tbody tr').filter({ hasText: user });

async function sessionOf(user: string): Promise<SessionId> {
  const sessionId = await host.startSession(user);
  await host.report(sessionId);
  return sessionId;
}

async function choose(user: string): Promise<void> {
  await rowOf(user).first().getByRole('checkbox').check();
}

async function waitingCommand(sessionId: SessionId): Promise<RecordingCommand> {
  return pollUntil('the command', async () => {
    const { commands } = await api()(getSession, { params: { sessionId } });
    return commands.find(({ state }) => state === 'pending');
  });
}

describe('active sessions', () => {
  test('are listed with user, host and how they are recorded, and found by the name of a user', async () => {
    await sessionOf('mira');
    await sessionOf('noah');
    await page.goto('/sessions');
    await rowOf('mira').getByText('Not recorded').waitFor();
    await rowOf('noah').waitFor();
    await page.getByRole('combobox', { name: 'User' }).fill('mira');
    await page.getByRole('option', { name: 'mira', exact: true }).click();
    await page.waitForURL(/user=mira/);
    await rowOf('noah').waitFor({ state: 'detached' });
    await page.reload();
    await rowOf('mira').waitFor();
    expect(await rowOf('noah').count()).toBe(0);
  });

  test('DYN-006: starting tells the user unless one says otherwise, and is followed until the host has confirmed it', async () => {
    const sessionId = await sessionOf('olga');
    await page.goto('/sessions');
    await choose('olga');
    await button('Start recording …').click();
    expect(await page.getByLabel('Tell the user').isChecked()).toBe(true);
    await button('Start recording').click();
    await dialog().getByText('Waiting for the host').waitFor();
    const command = await waitingCommand(sessionId);
    expect(command).toMatchObject({ action: 'start', notifiesUser: true, requestedBy: 'ada' });
    await host.followStart(command);
    await dialog().getByText('Every host has done it.').waitFor();
    await dialog().getByText('Close', { exact: true }).click();
    await rowOf('olga').getByText('Screen recorded').waitFor();
    await rowOf('olga').getByText('An administrator').waitFor();
  });

  test('starting silently has to be chosen', async () => {
    const sessionId = await sessionOf('paul');
    await page.goto('/sessions');
    await choose('paul');
    await button('Start recording …').click();
    await page.getByLabel('Tell the user').uncheck();
    await page.getByText('recording begins silently').waitFor();
    await button('Start recording').click();
    expect(await waitingCommand(sessionId)).toMatchObject({ notifiesUser: false });
    await dialog().getByText('Close', { exact: true }).click();
  });

  test('stopping all sessions of a user reaches those too that were not chosen, and a refusal says why', async () => {
    const [first, second] = [await sessionOf('quin'), await sessionOf('quin')];
    const { recordingId } = await host.begin(first, {});
    await host.report(first, recordedAs(recordingId));
    await page.goto('/sessions');
    await choose('quin');
    await button('Stop recording …').click();
    await page.getByText('no policy begins it again').waitFor();
    await page.getByLabel('All active sessions of quin').check();
    await button('Stop recording').click();
    await host.settle(await waitingCommand(first), 'done', notRecorded);
    await host.settle(await waitingCommand(second), 'refused', notRecorded, 'switched off on this host');
    await dialog().locator('tbody tr').filter({ hasText: 'quin on desk-7' }).nth(1).waitFor();
    await dialog().getByText('switched off on this host').waitFor();
    await dialog().getByText('1 of 2 could not be done.').waitFor();
    await dialog().getByText('Close', { exact: true }).click();
    await rowOf('quin').filter({ hasText: 'Not recorded' }).filter({ hasText: 'Stopped by ada' }).waitFor();
  });
});

describe('one session', () => {
  test('shows the decision with its reason and what administrators did, from a link', async () => {
    const sessionId = await sessionOf('rosa');
    await page.goto('/sessions');
    await page.getByRole('link', { name: 'rosa' }).click();
    await page.waitForURL(/session=ses_/);
    await page.reload();
    const { session } = await api()(getSession, { params: { sessionId } });
    await page.getByText(session.decision.reason).waitFor();
    await button('Start recording this …').click();
    await button('Start recording').click();
    await host.settle(await waitingCommand(sessionId), 'refused', notRecorded, 'no screen to record');
    await dialog().getByText('Close', { exact: true }).click();
    await page.getByText(/Start recording, by ada/).waitFor();
    await page.getByText('no screen to record').first().waitFor();
  });

  test('that does not exist is said to be none', async () => {
    await page.goto('/sessions?session=ses_01arz3ndektsv4rrffq69g5fav');
    await page.getByText('There is no such session').waitFor();
  });
});

test('DYN-010: the log says who had which recording started or stopped, and what became of it', async () => {
  const sessionId = await sessionOf('sven');
  await page.goto('/sessions');
  await choose('sven');
  await button('Start recording …').click();
  await button('Start recording').click();
  await host.settle(await waitingCommand(sessionId), 'refused', notRecorded, 'the disk is full');
  await page.goto('/sessions/commands');
  const row = page.locator('tbody tr').filter({ hasText: sessionId });
  await row.getByText('the disk is full').waitFor();
  expect(await row.textContent()).toMatch(/ada[\s\S]*Start recording[\s\S]*Refused[\s\S]*Yes/);
});

test('those without the role have no link to sessions, and are refused by their address', async () => {
  const other = await browser.openAs(people.reviewer, '/sessions');
  await other.getByText('You are not permitted to see sessions').waitFor();
  expect(await other.getByRole('link', { name: 'Active sessions' }).count()).toBe(0);
  await other.context().close();
});
