import { describe, expect, test } from '@jest/globals';
import { FrameLimit } from './frame-limit.ts';

const limitBytes = 1000;
const opcodes = { text: 1, ping: 9 } as const;

/** A masked frame as clients send it, in the shortest form of its length unless `wide`. */
function frame(kind: keyof typeof opcodes, payloadBytes: number, wide = false): Buffer {
  const length = wide ? Buffer.alloc(9) : Buffer.alloc(payloadBytes < 126 ? 1 : 3);
  if (wide) {
    length.writeUInt8(127);
    length.writeBigUInt64BE(BigInt(payloadBytes), 1);
  } else if (payloadBytes < 126) {
    length.writeUInt8(payloadBytes);
  } else {
    length.writeUInt8(126);
    length.writeUInt16BE(payloadBytes, 1);
  }
  length.writeUInt8(length.readUInt8() | 0x80);
  // A payload that reads like the header of an endless frame must not be taken for one.
  return Buffer.concat([
    Buffer.from([0x80 | opcodes[kind]]),
    length,
    Buffer.alloc(4),
    Buffer.alloc(payloadBytes, 0xff),
  ]);
}

function isExceeded(bytes: Buffer, stepBytes: number): boolean {
  const limit = new FrameLimit(limitBytes);
  for (let start = 0; start < bytes.length; start += stepBytes) {
    if (limit.isExceededBy(bytes.subarray(start, start + stepBytes))) return true;
  }
  return false;
}

describe.each([1, 3, 14, 4096])('frames that come in pieces of %i bytes', (stepBytes) => {
  test('pass up to the limit, however many', () => {
    const frames = [
      frame('text', 0),
      frame('text', 125),
      frame('ping', 4),
      frame('text', 1000),
      frame('text', 7, true),
    ];
    expect(isExceeded(Buffer.concat([...frames, ...frames]), stepBytes)).toBe(false);
  });

  test.each([false, true])('are seen when one is longer (64-bit length: %s)', (wide) => {
    const bytes = Buffer.concat([frame('text', 300), frame('ping', 0), frame('text', 1001, wide)]);
    expect(isExceeded(bytes, stepBytes)).toBe(true);
  });
});
