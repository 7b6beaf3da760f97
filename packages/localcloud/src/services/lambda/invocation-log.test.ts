import { describe, expect, test } from '@jest/globals';
import { readFunctionConfiguration } from './function-configuration.ts';
import { InvocationLog } from './invocation-log.ts';

function linesOf(LoggingConfig: Record<string, unknown>, end: 'success' | 'error'): unknown[] {
  const resource = { stackName: 'S', logicalId: 'F', type: '', assemblyDirectory: '' };
  const properties = { Runtime: 'nodejs24.x', LoggingConfig };
  const configuration = readFunctionConfiguration({ ...resource, properties }, 'f', '/task');
  const lines: string[] = [];
  const log = new InvocationLog(configuration, 'request-1', (text) => lines.push(text));
  log.start();
  log.write('{"message":"mine"}\n');
  log.end(end, 12, undefined);
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe("Lambda's own log lines", () => {
  const own = { message: 'mine' };

  test('stand around what the function writes', () => {
    expect(linesOf({ LogFormat: 'JSON' }, 'success')).toMatchObject([
      { type: 'platform.start' },
      own,
      { type: 'platform.report', record: { status: 'success' } },
    ]);
  });

  test('are left out at level WARN, unless the function failed', () => {
    const quiet = { LogFormat: 'JSON', SystemLogLevel: 'WARN' };
    expect(linesOf(quiet, 'success')).toEqual([own]);
    expect(linesOf(quiet, 'error')).toMatchObject([own, { type: 'platform.report', record: { status: 'error' } }]);
  });
});
