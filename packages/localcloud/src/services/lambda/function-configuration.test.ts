import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../kernel/types.ts';
import { functionNameOf, readFunctionConfiguration } from './function-configuration.ts';

function resourceOf(properties: Record<string, unknown>): TemplateResource {
  return {
    stackName: 'S',
    logicalId: 'F',
    type: '',
    assemblyDirectory: '',
    properties: { Runtime: 'nodejs24.x', ...properties },
  };
}

describe("reading a function's configuration", () => {
  test("has Lambda's defaults", () => {
    expect(readFunctionConfiguration(resourceOf({}), 'f', '/task')).toMatchObject({
      timeoutMs: 3_000,
      memoryMb: 128,
      logGroupName: '/aws/lambda/f',
      logFormat: 'Text',
      systemLogLevel: 'INFO',
      reservedConcurrency: undefined,
    });
  });

  test.each([
    ['a runtime that is not Node.js 22 or 24', { Runtime: 'python3.13' }, 'the runtime python3.13'],
    ['reserved variables', { Environment: { Variables: { AWS_REGION: 'x' } } }, 'reserved keys'],
    ['a level of log lines that are text', { LoggingConfig: { SystemLogLevel: 'WARN' } }, 'needs the JSON format'],
    ['a level of what a function writes', { LoggingConfig: { ApplicationLogLevel: 'WARN' } }, 'ApplicationLogLevel'],
    ['more than 4 KB of variables', { Environment: { Variables: { A: 'x'.repeat(4_096) } } }, '4KB limit'],
  ])('refuses %s', (_what, properties, message) => {
    expect(() => readFunctionConfiguration(resourceOf(properties), 'f', '/task')).toThrow(message);
  });

  test('finds the name in every form of naming a function', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:my-fn';
    for (const form of ['my-fn', arn, `${arn}:$LATEST`, '000000000000:function:my-fn']) {
      expect(functionNameOf(form)).toBe('my-fn');
    }
    expect(() => functionNameOf(`${arn}:live`)).toThrow('versions and aliases');
  });
});
