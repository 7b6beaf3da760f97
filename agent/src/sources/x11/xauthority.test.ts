import { describe, expect, test } from '@jest/globals';
import { chooseCookie, parseAuthority } from './xauthority.ts';

function entry(family: number, address: string, display: string, data: string, name = 'MIT-MAGIC-COOKIE-1'): Buffer {
  const fields = [address, display, name, data].map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  });
  return Buffer.concat([Buffer.from([family >> 8, family & 255]), ...fields]);
}

const local = { displayNumber: 1, hosts: ['desk'], isLocal: true };

describe('an authority file', () => {
  test('gives the cookie of the display and machine, before one for any machine', () => {
    const file = Buffer.concat([
      entry(65_535, '', '', 'any'),
      entry(256, 'desk', '2', 'other display'),
      entry(256, 'desk', '1', 'right\xff'),
    ]);
    expect(chooseCookie(parseAuthority(file), local)?.data).toBe('right\xff');
  });

  test('gives a cookie for any machine, or of this one under an earlier name, when none names it', () => {
    expect(chooseCookie(parseAuthority(entry(65_535, '', '1', 'any')), local)?.data).toBe('any');
    expect(chooseCookie(parseAuthority(entry(256, 'old-name', '1', 'old')), local)?.data).toBe('old');
  });

  test('gives no cookie of another machine, display or kind', () => {
    const file = Buffer.concat([
      entry(0, 'far', '1', 'far'),
      entry(256, 'desk', '3', 'three'),
      entry(256, 'desk', '1', 'secret', 'XDM-AUTHORIZATION-1'),
    ]);
    expect(chooseCookie(parseAuthority(file), local)).toBeUndefined();
  });

  test('is read up to an entry that is cut off anywhere', () => {
    const whole = entry(256, 'desk', '1', 'right');
    for (let length = 0; length < whole.length; length++) {
      const entries = parseAuthority(Buffer.concat([whole, whole.subarray(0, length)]));
      expect(entries.map(({ data }) => data)).toEqual(['right']);
    }
  });
});
