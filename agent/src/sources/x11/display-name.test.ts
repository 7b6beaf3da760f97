import { describe, expect, test } from '@jest/globals';
import { parseDisplayName } from './display-name.ts';

describe('the name of a display', () => {
  test('of this machine leads to its socket', () => {
    expect(parseDisplayName(':7.1')).toMatchObject({ host: '', number: 7, screen: 1, socketPath: '/tmp/.X11-unix/X7' });
    expect(parseDisplayName('unix:0')).toMatchObject({ host: '', number: 0, screen: 0 });
  });

  test('of another machine has no socket', () => {
    expect(parseDisplayName('desk:10.0')).toMatchObject({ host: 'desk', number: 10, socketPath: undefined });
  });

  test.each(['', '0', ':', ':x', '../../etc:1', ':1:2'])('is not %j', (text) => {
    expect(() => parseDisplayName(text)).toThrow('not the name of a display');
  });
});
