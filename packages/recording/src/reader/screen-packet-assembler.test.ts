import { describe, expect, test } from '@jest/globals';
import { concatBytes } from '../encoding/byte-arrays.ts';
import type { ScreenRecord } from '../records/record.ts';
import { ScreenPacketAssembler } from './screen-packet-assembler.ts';

function part(partIndex: number, isLast: boolean, changes: Partial<ScreenRecord> = {}): ScreenRecord {
  const bytes = Uint8Array.of(partIndex);
  return { type: 'screen', timeMs: 0, isKeyImage: true, partIndex, isLast, width: 8, height: 8, bytes, ...changes };
}

const update = part(0, true, { isKeyImage: false });

describe('parts of a screen packet', () => {
  test('in consecutive segments are joined', () => {
    const assembler = new ScreenPacketAssembler();
    expect(assembler.push(4, part(0, false))).toBeUndefined();
    expect(assembler.push(5, part(1, false))).toBeUndefined();
    expect(assembler.push(6, part(2, true))).toMatchObject({
      bytes: concatBytes(Uint8Array.of(0, 1, 2)),
      isLast: true,
    });
    expect(assembler.push(6, update)).toBe(update);
  });

  test('that crowd one segment are not kept', () => {
    const assembler = new ScreenPacketAssembler();
    assembler.push(4, part(0, false));
    expect(assembler.push(4, part(1, true))).toBeUndefined();
    expect(assembler.push(4, update)).toBeUndefined();
  });

  test('without end are given up', () => {
    const assembler = new ScreenPacketAssembler();
    const empty = { bytes: new Uint8Array(0) };
    for (let index = 0; index < 256; index++) assembler.push(index + 1, part(index, false, empty));
    expect(assembler.push(257, part(256, true, empty))).toBeUndefined();
    expect(assembler.push(258, part(0, true))).toMatchObject({ partIndex: 0 });
  });

  test('come to nothing when the reader goes back, as does an update until the next key image', () => {
    const assembler = new ScreenPacketAssembler();
    expect(assembler.push(9, part(0, true))).toBeDefined();
    expect(assembler.push(3, update)).toBeUndefined();
    expect(assembler.push(4, part(0, true))).toBeDefined();
    expect(assembler.push(4, update)).toBe(update);
  });
});
