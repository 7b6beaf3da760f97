import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { enrolAgent } from '@afterimage/agent';
import { listAgents, type RecordingId, reinstateAgent } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pollUntil } from '../support/poll-until.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { checkRecording } from './check-recording.ts';
import { RecordedHost } from './recorded-host.ts';
import { truthByRecording } from './recording-truth.ts';
import { readStoredRecording } from './stored-recording.ts';
import { readTruth } from './truth-log.ts';

const minuteMs = 60_000;
const seed = 5;

let stack: Stack;
const hosts: RecordedHost[] = [];

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  for (const host of hosts) await host.close();
  await stack?.close();
});

async function prepareHost(name: string): Promise<RecordedHost> {
  const directory = join(stack.scratch, name);
  mkdirSync(directory);
  const compileCache = join(stack.scratch, 'compiled');
  const host = await RecordedHost.prepare({
    directory,
    seed,
    pictureEveryMs: 200,
    uploadIntervalMs: 300,
    compileCache,
  });
  hosts.push(host);
  return host;
}

const truthOf = (host: RecordedHost) => truthByRecording(readTruth(host.truthFile));
const waitFor = (what: string, look: () => boolean | Promise<boolean>) => pollUntil(what, look, 4 * minuteMs);

async function onlyAgent() {
  const { agents } = await stack.api(people.administrator)(listAgents, {});
  expect(agents).toHaveLength(1);
  const [agent] = agents;
  if (agent === undefined) throw new Error('no agent is enrolled');
  return agent;
}

async function isListed(recordingId: RecordingId): Promise<boolean> {
  try {
    await readStoredRecording(stack.api(people.reviewer), recordingId);
    return true;
  } catch {
    return false;
  }
}

function hasSegments(host: RecordedHost, recordingId: RecordingId): boolean {
  const folder = join(host.dataDirectory, 'recordings', recordingId);
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.segment'));
}

describe('TRN-041, ARC-025: two hosts with one device key, as from a copied disk', () => {
  test(
    'are both refused, lose nothing that was acknowledged, and keep the rest until an administrator has looked',
    async () => {
      const original = await prepareHost('original');
      const { endpoint: serverUrl, enrolmentToken: token } = stack;
      await enrolAgent({ serverUrl, token, dataDirectory: original.dataDirectory });
      const copy = await prepareHost('copy');
      cpSync(original.dataDirectory, copy.dataDirectory, { recursive: true });
      for (const host of [original, copy]) host.start();

      await waitFor('the device is in quarantine', async () => (await onlyAgent()).state === 'quarantined');
      await waitFor('both have ended', () => !original.isRunning && !copy.isRunning);
      for (const host of [original, copy]) {
        expect(readTruth(host.truthFile).at(-1)).toMatchObject({ kind: 'ended', reason: 'agent-not-trusted' });
        const [recordingId] = [...truthOf(host).keys()];
        expect(recordingId !== undefined && hasSegments(host, recordingId)).toBe(true);
      }

      const [first] = [...truthOf(original).keys()];
      const isOriginalKnown = first !== undefined && (await isListed(first));
      const known = isOriginalKnown ? original : copy;
      await stack.api(people.administrator)(reinstateAgent, { params: { agentId: (await onlyAgent()).agentId } });
      await waitFor('the host that was first delivers the rest', () => {
        if (!known.isRunning && !known.isStored) known.start(true);
        return !known.isRunning && known.isStored;
      });
      for (const [recordingId, truth] of truthOf(known)) {
        await recordingIn(stack, recordingId, 'complete', minuteMs);
        const stored = await readStoredRecording(stack.api(people.reviewer), recordingId);
        expect(checkRecording(truth, stored, seed).violations).toEqual([]);
      }
    },
    10 * minuteMs,
  );
});
