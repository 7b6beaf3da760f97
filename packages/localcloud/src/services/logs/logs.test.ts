import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel } from '../../kernel/testing.ts';
import type { Principal } from '../../kernel/types.ts';
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

  test('take deliveries of a service only when a resource policy lets it write', async () => {
    const { kernel } = testKernel;
    const logs = createLogs(kernel);
    const events: Principal = { kind: 'service', arn: 'events.amazonaws.com', accessKeyId: '', service: 'events' };
    const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/sample';
    expect(() => logs.deliverLog(arn, '{}\n', events)).toThrow(/not authorized to perform: logs:PutLogEvents/);
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'logs:PutLogEvents',
      Resource: `${arn}:*`,
    };
    const properties = { PolicyName: 'p', PolicyDocument: JSON.stringify({ Statement: [statement] }) };
    const policy = logs.providers.find(({ type }) => type === 'AWS::Logs::ResourcePolicy');
    const place = { stackName: 's', logicalId: 'P', type: 'AWS::Logs::ResourcePolicy', assemblyDirectory: '' };
    await policy?.provision({ ...place, properties });
    logs.deliverLog(`${arn}:*`, '{}\n', events);
    await logs.close();
    expect(readFileSync(join(kernel.dataDirectory, 'logs', 'aws.events.sample.log'), 'utf8')).toBe('{}\n');
  });
});
