import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel } from '../../kernel/testing.ts';
import { createLogs } from './index.ts';

let testKernel: TestKernel;

beforeEach(() => {
  testKernel = createTestKernel();
});

afterEach(() => {
  testKernel.cleanup();
});

describe('log groups', () => {
  test('are files whose lines are in the order they were written', async () => {
    const { kernel } = testKernel;
    const logs = createLogs(kernel);
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
    for (const line of lines) logs.appendLog('/aws/lambda/ingest', line);
    logs.appendLog('/aws/lambda/sweeper', 'other\n');
    await logs.close();
    const read = (name: string) => readFileSync(join(kernel.dataDirectory, 'logs', name), 'utf8');
    expect(read('aws.lambda.ingest.log')).toBe(lines.join(''));
    expect(read('aws.lambda.sweeper.log')).toBe('other\n');
  });

  test('cannot leave their directory by their name', async () => {
    const { kernel } = testKernel;
    const logs = createLogs(kernel);
    logs.appendLog('../../escape', 'line\n');
    await logs.close();
    expect(readFileSync(join(kernel.dataDirectory, 'logs', '.escape.log'), 'utf8')).toBe('line\n');
  });
});
