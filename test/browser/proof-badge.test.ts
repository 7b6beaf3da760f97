import type { Agent } from '@afterimage/agent';
import { getRecordingFiles, type RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let truth: StoredTruth;
let agent: Agent;
let browser: ConsoleBrowser;
let page: Page;
let intactId: RecordingId;
let alteredId: RecordingId;
let forgedId: RecordingId;

async function record(clock: LeapingClock): Promise<RecordingId> {
  const screen = new KnownScreen(clock);
  const session = await agent.recordSession({ source: screen, user: 'mira' });
  for (let number = 0; number < 4; number++) {
    await screen.draw(number);
    clock.leap(15_000);
  }
  const recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete');
  return recordingId;
}

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  const clock = new LeapingClock();
  agent = await startHost(stack, { clock });
  intactId = await record(clock);
  alteredId = await record(clock);
  forgedId = await record(clock);
  await alterFile(alteredId);
  await forgeManifest(forgedId);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.reviewer, '/recordings');
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  truth?.close();
  await stack?.close();
});

const objectsOf = (recordingId: RecordingId) =>
  stack.api(people.reviewer)(getRecordingFiles, { params: { recordingId } });

/** One bit in the last segment, where no playback from the start has been yet. */
async function alterFile(recordingId: RecordingId): Promise<void> {
  const key = (await objectsOf(recordingId)).files[0]?.objectKey ?? '';
  const bytes = (await truth.object('Recordings', key)).slice();
  const at = bytes.length - 56 - 16 - 72 * 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await truth.putObject('Recordings', key, bytes);
}

/** Says something else than the service signed. */
async function forgeManifest(recordingId: RecordingId): Promise<void> {
  const key = (await objectsOf(recordingId)).manifests[0]?.objectKey ?? '';
  const stored = Buffer.from(await truth.object('Recordings', key)).toString('utf8');
  const forged = stored.replace(
    /"durationMs\\":(\d)/,
    (_, digit: string) => `"durationMs\\":${(Number(digit) % 9) + 1}`,
  );
  if (forged === stored) throw new Error('nothing was forged');
  await truth.putObject('Recordings', key, new Uint8Array(Buffer.from(forged)));
}

const badge = () => page.locator('.player-marks').getByRole('button').first();

async function openPaused(recordingId: RecordingId): Promise<void> {
  await page.goto(`/recordings/${recordingId}?t=1s`);
  await page.locator('.player-canvas').waitFor();
}

describe('the badge of the player', () => {
  test('says that all is intact so far, and that it is complete once all of it was read', async () => {
    await openPaused(intactId);
    await badge().getByText('Intact so far').waitFor();
    await badge().click();
    await page.getByRole('button', { name: 'Verify all of it' }).click();
    await badge().getByText('Intact and complete').waitFor();
    const popover = page.getByRole('dialog');
    expect(await popover.textContent()).toContain('Host in the device’s certificate');
  });

  test('names what was altered although nobody has watched it yet', async () => {
    await openPaused(alteredId);
    await badge().click();
    await page.getByRole('button', { name: 'Verify all of it' }).click();
    await badge()
      .getByText(/^Altered at segments? \d+/)
      .waitFor();
    expect(await page.getByRole('dialog').textContent()).toContain('signature-invalid');
  });

  test('speaks German to who does', async () => {
    const german = await browser.openAs(people.reviewer, `/recordings/${intactId}?t=1s`, {
      language: 'de-DE',
      isDark: true,
    });
    await german.locator('.player-marks').getByText('Bisher unverändert').waitFor();
    await german.context().close();
  });
});

describe('a recording whose signature does not hold', () => {
  test('PLY-091: is watched after a warning that origin and integrity are not verified', async () => {
    await page.goto(`/recordings/${forgedId}`);
    const warning = page.getByRole('dialog', { name: 'This recording is not proven' });
    await warning.waitFor();
    expect(await warning.textContent()).toContain('Origin and integrity of this recording could not be verified');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await warning.getByRole('button', { name: 'Watch it all the same' }).click();
    await warning.waitFor({ state: 'hidden' });
    await badge().getByText('Origin not verified').waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  test('PLY-091: is not watched by who leaves', async () => {
    await page.goto(`/recordings/${forgedId}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Back to the list' }).last().click();
    await page.waitForURL('**/recordings');
  });
});
