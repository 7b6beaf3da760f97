import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordingIdSchema } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ContractService } from './contract-service.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(60_000);

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let service: ContractService;
let directory: string;
let server: XServer | undefined;
let child: ChildProcess | undefined;

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-serve-'));
  server = undefined;
  child = undefined;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await server?.stop();
  await service.stop();
  await rm(directory, { recursive: true });
});

function run(...words: string[]): Promise<number | null> {
  const started = spawn(process.execPath, ['--no-warnings', program, ...words, '--data', join(directory, 'data')], {
    stdio: 'ignore',
  });
  child = started;
  return new Promise((resolve) => started.once('close', resolve));
}

/** A running agent has written what `status` shows. */
function hasStatus(): boolean {
  return existsSync(join(directory, 'data', 'status.json'));
}

async function storedRecords() {
  const [id] = service.recordings.keys();
  const hasSegments = id !== undefined && service.recordings.get(id)?.segments.has(1);
  return hasSegments ? openStoredRecording(service, recordingIdSchema.parse(id)) : [];
}

describe('the agent as a service', () => {
  displayTest([], 'enrols with a token file, records a display, and ends cleanly on SIGTERM', async () => {
    server = await XServer.start({ size: '320x240' });
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, 'enr_00000000000000000000000000.secret\n');
    const where = ['--display', server.display, '--server', service.url, '--token-file', tokenFile];
    const exitCode = run('serve', ...where, '--upload-interval', '1');
    await pollUntil('a picture is stored', async () => decodeScreen(await storedRecords()).length > 0, 30_000);
    child?.kill('SIGTERM');
    await expect(exitCode).resolves.toBe(0);
    expect((await storedRecords()).at(-1)).toMatchObject({ type: 'end', reason: 'session-ended' });
    expect([...service.sessions.values()]).toMatchObject([{ attributes: { application: { value: 'X11 desktop' } } }]);
  });

  displayTest(
    [],
    'AGT-001: a service records nothing while its host is switched off, and begins when it is on again',
    async () => {
      server = await XServer.start({ size: '320x240' });
      const { url } = service;
      await expect(run('enrol', '--server', url, '--token', 'enr_00000000000000000000000000.secret')).resolves.toBe(0);
      await expect(run('disable')).resolves.toBe(0);
      const asked = service.calls.length;
      const exitCode = run('serve', '--display', server.display, '--upload-interval', '1');
      const serving = child;
      await pollUntil('the service has started', async () => hasStatus(), 30_000);
      expect(service.calls).toHaveLength(asked);
      await expect(run('enable')).resolves.toBe(0);
      await pollUntil('a picture is stored', async () => decodeScreen(await storedRecords()).length > 0, 30_000);
      serving?.kill('SIGTERM');
      await expect(exitCode).resolves.toBe(0);
    },
  );

  displayTest([], 'says with exit code 6 that one display cannot be recorded', async () => {
    server = await XServer.start({ size: '320x240' });
    const { url } = service;
    await expect(run('enrol', '--server', url, '--token', 'enr_00000000000000000000000000.secret')).resolves.toBe(0);
    await expect(run('record', '--source', 'x11', '--display', ':49999')).resolves.toBe(6);
  });

  test('is told which displays to record', async () => {
    await expect(run('serve')).resolves.toBe(2);
  });
});
