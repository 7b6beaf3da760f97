import { expect, test } from '@jest/globals';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

test('what is written while the buffer grows is not lost', () => {
  const writer = new ByteWriter(1).u8(1).u16(2).u32(3).u53(4).varint(300).bytes(Uint8Array.of(5, 6));
  const reader = new ByteReader(writer.finish());
  expect([reader.u8(), reader.u16(), reader.u32(), reader.u53(), reader.varint()]).toEqual([1, 2, 3, 4, 300]);
  expect(reader.bytes(2)).toEqual(Uint8Array.of(5, 6));
});
