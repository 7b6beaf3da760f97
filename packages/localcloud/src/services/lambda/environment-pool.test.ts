import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EnvironmentPool } from './environment-pool.ts';
import { type FunctionConfiguration, readFunctionConfiguration } from './function-configuration.ts';

let taskRoot: string;
let pool: EnvironmentPool;

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'localcloud-pool-'));
  await writeFile(join(taskRoot, 'index.mjs'), 'export const handler = async () => {};');
});

afterAll(async () => {
  await rm(taskRoot, { recursive: true });
});

beforeEach(() => {
  pool = new EnvironmentPool(() => ({}), { alive: 1, working: 1 });
});

afterEach(async () => {
  await pool.close();
});

function functionNamed(name: string, properties: Record<string, unknown> = {}): FunctionConfiguration {
  const resource = { stackName: 'S', logicalId: name, type: '', assemblyDirectory: '' };
  const common = { Runtime: 'nodejs24.x', Handler: 'index.handler' };
  return readFunctionConfiguration({ ...resource, properties: { ...common, ...properties } }, name, taskRoot);
}

const reader = functionNamed('reader');
const writer = functionNamed('writer');

describe('environments that are all at work', () => {
  test('are waited for, and go to whoever can use them as they are', async () => {
    const first = await pool.acquire(reader);
    const order: string[] = [];
    const other = pool.acquire(writer).then((lease) => {
      order.push('writer');
      return lease;
    });
    const same = pool.acquire(reader).then((lease) => {
      order.push('reader');
      return lease;
    });
    first.release();
    const second = await same;
    expect(second.isColdStart).toBe(false);
    second.release();
    const third = await other;
    expect(third.isColdStart).toBe(true);
    expect(order).toEqual(['reader', 'writer']);
    third.release();
  });

  test('are no more than may work at one time, and those that did are kept warm', async () => {
    const roomy = new EnvironmentPool(() => ({}), { alive: 4, working: 2 });
    const leases = await Promise.all([roomy.acquire(reader), roomy.acquire(writer)]);
    const waiting = [roomy.acquire(reader), roomy.acquire(writer)];
    let isServed = false;
    void Promise.race(waiting).then(() => {
      isServed = true;
    });
    await new Promise(setImmediate);
    expect(isServed).toBe(false);
    for (const lease of leases) lease.release();
    const served = await Promise.all(waiting);
    expect(served.map(({ isColdStart }) => isColdStart)).toEqual([false, false]);
    for (const lease of served) lease.release();
    await roomy.close();
  });

  test('turn away whoever has lost patience, who then holds nothing', async () => {
    const lease = await pool.acquire(reader);
    const single = functionNamed('single', { ReservedConcurrentExecutions: 1 });
    const patience = new AbortController();
    const waiting = pool.acquire(single, patience.signal);
    patience.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    lease.release();
    await expect(pool.acquire(single)).resolves.toMatchObject({ isColdStart: true });
    await expect(pool.acquire(single)).rejects.toMatchObject({ code: 'TooManyRequestsException' });
  });
});
