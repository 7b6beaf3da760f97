import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Agent } from '@afterimage/agent';
import { getManifestKeys, getRecordingFiles, type RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand, runForJson } from '../support/command-line.ts';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const run = promisify(execFile);
const leapMs = 5_000;

let stack: Stack;
let agent: Agent;
let truth: StoredTruth;
/** Three recordings of one device, one after the other. */
const recordingIds: RecordingId[] = [];
let bundle: string;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  const clock = new LeapingClock();
  agent = await startHost(stack, { clock });
  for (let number = 0; number < 3; number++) {
    const screen = new KnownScreen(clock);
    const session = await agent.recordSession({ source: screen, user: 'mira' });
    for (let picture = 0; picture < 4; picture++) {
      await screen.draw(picture);
      clock.leap(leapMs);
    }
    recordingIds.push(recordingIdOf(await session.stop()));
  }
  for (const recordingId of recordingIds) await recordingIn(stack, recordingId, 'complete');
  bundle = join(stack.scratch, 'bundle');
});

afterAll(async () => {
  await agent?.close();
  truth?.close();
  await stack?.close();
});

/** As an auditor runs it: in the bundle's folder, with nothing of the product, no settings and no network needed. */
async function runVerifier(folder: string, ...args: string[]): Promise<{ exitCode: number; output: string }> {
  try {
    const { stdout } = await run(process.execPath, ['verify.mjs', ...args], { cwd: folder, env: {} });
    return { exitCode: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, output: stdout + stderr };
  }
}

function copyOfBundle(name: string): string {
  const folder = join(stack.scratch, name);
  cpSync(bundle, folder, { recursive: true });
  return folder;
}

const fileIn = (folder: string, recordingId = recordingIds[0] ?? ''): string => {
  const name = readdirSync(join(folder, recordingId)).find((file) => file.endsWith('.air'));
  return join(folder, recordingId, name ?? 'none');
};

describe('a bundle exported for an auditor', () => {
  test('has files, manifests, keys, the verifier and what it all means', async () => {
    const exported = await runForJson(stack, people.reviewer, 'export-bundle', ...recordingIds, '--out', bundle);
    expect(exported).toMatchObject({ recordingIds, fileCount: 3 });
    expect(readdirSync(bundle).sort()).toEqual([...recordingIds, 'README.md', 'keys.json', 'verify.mjs'].sort());
    for (const id of recordingIds) {
      expect(readdirSync(join(bundle, id)).sort()).toEqual([
        expect.stringMatching(/^i_.*\.air$/),
        expect.stringMatching(/^i_.*\.manifest\.v1\.json$/),
      ]);
    }
    const keys = await stack.api(people.reviewer)(getManifestKeys, {});
    expect(readFileSync(join(bundle, 'README.md'), 'utf8')).toContain(keys.keys[0]?.keyId);
  });

  test('is proven by its own script, with nothing but Node', async () => {
    const { exitCode, output } = await runVerifier(bundle, '--strict');
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^(rec_\w+: intact and complete: [^\n]+\n[^\n]+\n\n?){3}/i),
    });
  });

  test('is proven by the command too, without a server', async () => {
    const { exitCode, output } = await runCommand(stack, people.visitor, 'verify', bundle, '--strict', '--json');
    expect(exitCode).toBe(0);
    const report = JSON.parse(output) as { recordings: { verdict: string; deviceCounter: number }[] };
    expect(report.recordings).toMatchObject([
      { verdict: 'intact-and-complete', deviceCounter: 1 },
      { verdict: 'intact-and-complete', deviceCounter: 2 },
      { verdict: 'intact-and-complete', deviceCounter: 3 },
    ]);
  });

  test('with one byte changed is altered, at that file and byte', async () => {
    const folder = copyOfBundle('altered');
    const path = fileIn(folder);
    const bytes = readFileSync(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { exitCode, output } = await runVerifier(folder, '--json');
    expect(exitCode).toBe(3);
    const { recordings } = JSON.parse(output) as {
      recordings: { verdict: string; findings: { file?: string; byteRange?: [number, number] }[] }[];
    };
    expect(recordings.map(({ verdict }) => verdict).sort()).toEqual([
      'altered',
      'intact-and-complete',
      'intact-and-complete',
    ]);
    const places = recordings.flatMap(({ findings }) => findings);
    expect(places).toContainEqual(expect.objectContaining({ file: path }));
    expect(places.some(({ byteRange: [from, to] = [0, 0] }) => from <= middle && middle < to)).toBe(true);
  });

  test('from which a recording vanished names it by its number and its neighbours', async () => {
    const folder = copyOfBundle('vanished');
    const [first, second, third] = recordingIds;
    rmSync(join(folder, second ?? ''), { recursive: true });
    const { exitCode, output } = await runVerifier(folder);
    expect(exitCode).toBe(0);
    const hole = new RegExp(`recording 2 of agt_\\w+ is missing between ${first} and ${third}`, 'i');
    expect(output).toMatch(hole);
    expect((await runVerifier(folder, '--strict')).exitCode).toBe(3);
  });

  test('with the file of one recording under the name of another is altered', async () => {
    const folder = copyOfBundle('exchanged');
    copyFileSync(fileIn(folder, recordingIds[1]), fileIn(folder, recordingIds[0]));
    expect(await runVerifier(folder)).toMatchObject({ exitCode: 3, output: expect.stringContaining('altered') });
  });

  test('PRO-001: holds the recording encrypted, as it is stored, and no key that opens it', async () => {
    const [recordingId] = recordingIds;
    if (recordingId === undefined) throw new Error('recorded above');
    const { files } = await stack.api(people.reviewer)(getRecordingFiles, { params: { recordingId } });
    const stored = await truth.object('Recordings', files[0]?.objectKey ?? '');
    expect(Buffer.compare(readFileSync(fileIn(bundle)), Buffer.from(stored))).toBe(0);
    const { agentId } = JSON.parse((await runVerifier(bundle, '--json')).output).recordings[0] as { agentId: string };
    const dataKey = Buffer.from(await truth.dataKey({ recordingId, agentId: agentId.toLowerCase() as never }));
    for (const path of readdirSync(bundle, { recursive: true, withFileTypes: true })) {
      if (!path.isFile()) continue;
      const bytes = readFileSync(join(path.parentPath, path.name));
      expect([bytes.includes(dataKey), bytes.includes(dataKey.toString('base64'))]).toEqual([false, false]);
    }
  });

  test('PLY-093: was logged, each recording as a download, with who did it', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const rows = (await truth.rows('Audit', `AUDIT#${day}`)).map((row) => row.data as Record<string, unknown>);
    const downloads = rows.filter(({ action }) => action === 'recording.download');
    for (const subject of recordingIds) {
      expect(downloads).toContainEqual(expect.objectContaining({ subject, actor: people.reviewer.username }));
    }
  });

  test('is not given to somebody without the role, and leaves nothing behind', async () => {
    const folder = join(stack.scratch, 'refused');
    const { exitCode, errors } = await runCommand(
      stack,
      people.visitor,
      'export-bundle',
      recordingIds[0] ?? '',
      '--out',
      folder,
    );
    expect({ exitCode, errors }).toMatchObject({ exitCode: 1, errors: expect.stringContaining('role') });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('goes into an empty folder only', async () => {
    const outcome = await runCommand(stack, people.reviewer, 'export-bundle', recordingIds[0] ?? '', '--out', bundle);
    expect(outcome).toMatchObject({ exitCode: 2, errors: expect.stringContaining('not empty') });
  });
});

describe('a recording that is still with the service', () => {
  test('SEC-015: is verified by its id, with the certificate of its device and the published keys', async () => {
    const [recordingId = ''] = recordingIds;
    expect(await runForJson(stack, people.reviewer, 'verify', recordingId)).toMatchObject({
      recordingId,
      verdict: 'intact-and-complete',
      isManifestVerified: true,
      hostName: expect.any(String),
    });
  });
});
