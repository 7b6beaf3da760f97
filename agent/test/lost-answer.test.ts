import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import { ContractService } from './contract-service.ts';
import { PatternSource } from './pattern-source.ts';

jest.setTimeout(40_000);

let service: ContractService;
let directory: string;

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-agent-'));
});

afterEach(async () => {
  await service.stop();
  await rm(directory, { recursive: true });
});

describe('an agent that did not hear that everything is stored', () => {
  test('learns it in its next run, though the service takes nothing more, and keeps nothing', async () => {
    const token = 'enr_00000000000000000000000000.secret';
    await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
    service.doesCommit = false;
    const dying = await createAgent({ dataDirectory: directory });
    const source = new PatternSource();
    const session = await dying.recordSession({ source, deliverWithinMs: 2_000 });
    await source.draw(0);
    await expect(session.stop()).resolves.toMatchObject({ isStored: false });
    await dying.close();
    expect(service.calls).toContain('PUT');

    service.doesCommit = true;
    service.problemOf = (operationId) => (operationId === 'grantUploads' ? 'recording-ended' : undefined);
    const next = await createAgent({ dataDirectory: directory });
    try {
      await expect(next.flush(10_000)).resolves.toBe(true);
      expect(next.budget.usedBytes).toBe(0);
      expect(await readdir(next.recordingsPath)).toEqual([]);
    } finally {
      await next.close();
    }
  });
});
