import { describe, expect, test } from '@jest/globals';
import { readTextFile } from './read-text-file.ts';

const limits = { maxBodyBytes: 4_500_000, fits: (text: string) => text.length <= 4_000_000 };

const read = (...parts: (string | Uint8Array<ArrayBuffer>)[]) => readTextFile(new Blob(parts), limits);

describe('a file that is chosen for the import', () => {
  test('is read as UTF-8, without a byte order mark', async () => {
    expect(await read(Uint8Array.of(0xef, 0xbb, 0xbf), 'userName\nbjörk')).toEqual({ text: 'userName\nbjörk' });
  });

  test.each([
    ['an empty file', [''], 'empty'],
    ['nothing but white space', ['\n \r\n'], 'empty'],
    ['a workbook', ['PK\u0003\u0004', 'xl/workbook.xml'], 'workbook'],
    ['another encoding', ['userName\nbj', Uint8Array.of(0xf6), 'rk'], 'not-utf8'],
    ['UTF-16', [Uint8Array.of(0xff, 0xfe, 0x75, 0x00)], 'not-utf8'],
    ['zeroes between the characters', ['u\u0000s\u0000'], 'not-text'],
  ] as const)('is refused where it is %s', async (_, parts, fault) => {
    expect(await read(...parts)).toEqual({ fault });
  });

  test('is refused where the service would not take as much, by its characters, its bytes or unread', async () => {
    expect(await read('a'.repeat(4_000_000))).toMatchObject({ text: expect.any(String) });
    expect(await read('a'.repeat(4_000_001))).toEqual({ fault: 'too-large' });
    expect(await read('ö'.repeat(2_300_000))).toEqual({ fault: 'too-large' });
    const unread = { size: 100_000_000, arrayBuffer: () => Promise.reject(new Error('was read')) };
    expect(await readTextFile(unread as unknown as Blob, limits)).toEqual({ fault: 'too-large' });
  });
});
