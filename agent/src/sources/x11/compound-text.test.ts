import { describe, expect, test } from '@jest/globals';
import { decodeCompoundText } from './compound-text.ts';

describe('compound text', () => {
  test('is Latin-1, with segments of UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('Orders \x1b%G', 'latin1'),
      Buffer.from('–'),
      Buffer.from('\x1b%@ M\xe4rz \x1b%G', 'latin1'),
      Buffer.from('€'),
    ]);
    expect(decodeCompoundText(bytes)).toBe('Orders – März €');
  });

  test('loses the announcements of other character sets', () => {
    expect(decodeCompoundText(Buffer.from('\x1b-Aplain\x1b$)B', 'latin1'))).toBe('plain');
  });
});
