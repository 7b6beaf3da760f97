import { describe, expect, test } from '@jest/globals';
import { createLog, describeError } from './logger.ts';

describe('createLog', () => {
  const linesOf = (wanted?: string) => {
    const lines: unknown[] = [];
    const log = createLog('catalog', (line) => lines.push(JSON.parse(line)), wanted);
    log.info('request answered', { statusCode: 200, service: 'other' });
    log.warn('slow');
    log.error('request failed', { requestId: 'r1' });
    return lines;
  };

  test('writes each message as one line of JSON that says whose it is', () => {
    expect(linesOf()).toMatchObject([
      { level: 'INFO', message: 'request answered', service: 'catalog', statusCode: 200 },
      { level: 'WARN', message: 'slow' },
      { level: 'ERROR', message: 'request failed', requestId: 'r1' },
    ]);
  });

  test('writes what Lambda asks for and nothing below', () => {
    expect(linesOf('ERROR')).toMatchObject([{ message: 'request failed' }]);
    expect(linesOf('FATAL')).toEqual([]);
    expect(linesOf('nonsense')).toHaveLength(3);
  });
});

describe('describeError', () => {
  test('leaves the message out, which may quote what was sent', () => {
    const described = JSON.stringify(describeError(new TypeError('token abc.def.ghi is malformed')));
    expect(described).toContain('TypeError');
    expect(described).not.toContain('abc.def.ghi');
  });

  test('leaves out every line of a message, even one that looks like a frame', () => {
    const described = JSON.stringify(describeError(new Error('bad:\n    at secret-value')));
    expect(described).not.toContain('secret-value');
  });
});
