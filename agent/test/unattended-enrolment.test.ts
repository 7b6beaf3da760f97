import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../src/log/logger.ts';
import { enrolUnattended } from '../src/serve/unattended-enrolment.ts';
import { ContractService } from './contract-service.ts';
import { ManualClock } from './manual-clock.ts';

let service: ContractService;
let directory: string;

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-enrol-'));
});
afterEach(async () => {
  await service.stop();
  await rm(directory, { recursive: true });
});

describe('enrolling unattended', () => {
  test('goes on with the same key when an answer was lost, so that the service knows the device again', async () => {
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, 'enr_00000000000000000000000000.secret');
    const dataDirectory = join(directory, 'data');
    service.lostEnrolmentAnswers = 2;
    const options = { serverUrl: service.url, tokenFile, dataDirectory, log: silentLogger };
    await enrolUnattended({ ...options, signal: new AbortController().signal, clock: new ManualClock() });
    expect(service.enrolledKeys).toHaveLength(3);
    expect(new Set(service.enrolledKeys).size).toBe(1);
    expect((await stat(join(dataDirectory, 'device-key.pem'))).mode & 0o777).toBe(0o600);
  });
});
