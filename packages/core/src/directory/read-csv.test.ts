import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCsv } from './read-csv.ts';

const fieldsOf = (text: string) => readCsv(text).records.map(({ fields }) => fields);

const write = (records: readonly (readonly string[])[], delimiter: string, lineBreak: string) =>
  records.map((record) => record.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter)).join(lineBreak);

describe('readCsv', () => {
  test('reads back what was written, whatever stands in the fields, between them and behind the lines', () => {
    const record = fc.array(fc.string(), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 5 }),
        fc.constantFrom(',', ';'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        (records, delimiter, lineBreak, mark) => {
          // The header says which delimiter it is, so it stands outside quotes there.
          const text = `${mark}a${delimiter}b${lineBreak}${write(records, delimiter, lineBreak)}`;
          expect(fieldsOf(text)).toEqual([['a', 'b'], ...records]);
        },
      ),
    );
  });

  test('fields without quotes are taken as they stand, with their blanks and the other delimiter', () => {
    expect(fieldsOf('a,b\n x ,y;z\n')).toEqual([
      ['a', 'b'],
      [' x ', 'y;z'],
    ]);
  });

  test('empty lines are passed over and still counted', () => {
    expect(readCsv('a,b\n\n\r\nc,d').records).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 4, fields: ['c', 'd'] },
    ]);
  });

  test('a record is on the line where it begins, though its fields hold line breaks', () => {
    expect(readCsv('a\n"x\ny\r\nz"\nlast').records.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  test.each([
    ['a\n"never ends\n\n', 2, 'has no end'],
    ['a\nb"c', 2, 'not quoted'],
    ['a\n"b"c', 2, 'between a quoted field and its end'],
  ])('%j has a fault on line %i', (text, line, detail) => {
    expect(readCsv(text).fault).toEqual({ line, detail: expect.stringContaining(detail) });
  });

  test('no text makes it fail or read for ever', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', ';', '\r', '\n', 'a') }), (text) => {
        expect(readCsv(text).records.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
