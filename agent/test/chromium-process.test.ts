import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { findBrowser } from '../src/sources/browser/browser-address.ts';
import { DevToolsConnection } from '../src/sources/browser/devtools-connection.ts';
import { pollUntil } from './poll-until.ts';

jest.setTimeout(60_000);

const owner = `
  const { ChromiumProcess } = await import(${JSON.stringify(new URL('../src/sources/browser/chromium-process.ts', import.meta.url).href)});
  const { webSocketUrl } = await ChromiumProcess.launch({ width: 300, height: 200 });
  process.stdout.write(webSocketUrl);
  setInterval(() => {}, 1_000);
`;

test('a browser does not outlive the agent that started it, even one killed with -9', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'afterimage-owner-'));
  const environment = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', owner], { env: environment });
  const [output] = await once(child.stdout, 'data');
  const { host } = new URL(String(output));
  await expect(findBrowser(`http://${host}`)).resolves.toContain(host);
  child.kill('SIGKILL');
  await pollUntil('the browser is gone', () =>
    DevToolsConnection.open(String(output)).then(
      (connection) => connection.close().then(() => false),
      () => true,
    ),
  );
  await rm(temporary, { recursive: true, maxRetries: 10, retryDelay: 100 });
});
