import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { createNodeZstd } from '../zstd-node/index.ts';
import { ScreenDecoder, ScreenEncoder, ScreenFormatError } from './index.ts';
import { writePacket } from './packet.ts';
import { type StreamName, streamNames, wholeRows } from './screen-format.ts';
import { StreamPacker } from './stream-packer.ts';
import { SmallScreen, screenChange } from './testing/small-screens.ts';
import { writeUpdateRecords } from './update-records.ts';

const zstd = createNodeZstd();
const levels = { control: 1, indices: 1, planes: 1, colours: 1 };
const nothing = new Uint8Array();
const packets: Uint8Array[] = [];

beforeAll(async () => {
  const screen = new SmallScreen(150, 140);
  const encoder = new ScreenEncoder({ width: 150, height: 140, zstd, levels });
  const changes = fc.sample(screenChange, { numRuns: 60, seed: 11 }).filter(({ kind }) => kind !== 'resize');
  for (const change of changes) {
    screen.apply(change);
    const packet = await encoder.encode(screen.pixels);
    if (packet !== undefined) packets.push(packet.bytes);
  }
  encoder.close();
});

function reasonOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ScreenFormatError) return error.reason;
    throw error;
  }
}

/** A key image with exactly these raw streams, which no encoder would have written. */
async function craft(
  raw: Partial<Record<StreamName, Uint8Array>>,
  size = { width: 64, height: 64 },
): Promise<Uint8Array> {
  const packer = new StreamPacker(zstd, levels);
  const all = { control: nothing, indices: nothing, planes: nothing, colours: nothing, ...raw };
  const streams = await packer.pack(all);
  packer.close();
  return writePacket({ size, isBlueFirst: false, checksum: 0, streams });
}

function decodeOne(packet: Uint8Array): string | undefined {
  return reasonOf(() => new ScreenDecoder({ zstd }).decode(packet));
}

describe('screen decoder on hostile bytes', () => {
  test('answers any mutation of real packets with a picture or a typed error', () => {
    const mutation = fc.record({
      packet: fc.nat(packets.length - 1),
      edits: fc.array(fc.record({ at: fc.nat(5000), value: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
      keep: fc.option(fc.nat(5000)),
    });
    fc.assert(
      fc.property(mutation, ({ packet, edits, keep }) => {
        const decoder = new ScreenDecoder({ zstd });
        for (let index = 0; index < packet; index++) decoder.decode(packets[index] ?? nothing);
        const mutated = (packets[packet] ?? nothing).slice();
        for (const { at, value } of edits) mutated[at % mutated.length] = value;
        reasonOf(() => decoder.decode(keep === null ? mutated : mutated.subarray(0, keep)));
        decoder.close();
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test('notices a missing packet and then asks for a key image', () => {
    const decoder = new ScreenDecoder({ zstd });
    decoder.decode(packets[0] ?? nothing);
    expect(reasonOf(() => decoder.decode(packets[2] ?? nothing))).toMatch(/checksum-mismatch|stream-corrupt/);
    expect(reasonOf(() => decoder.decode(packets[3] ?? nothing))).toBe('key-image-needed');
    expect(decoder.decode(packets[0] ?? nothing).isKeyImage).toBe(true);
  });

  test('notices a wrong checksum', () => {
    const wrong = (packets[0] ?? nothing).slice();
    wrong[1] = (wrong[1] ?? 0) ^ 1;
    expect(decodeOne(wrong)).toBe('checksum-mismatch');
    const passing = new ScreenDecoder({ zstd });
    expect(passing.decode(wrong, { verifiesChecksum: false }).isKeyImage).toBe(true);
    expect(reasonOf(() => passing.decode(packets[1] ?? nothing))).toBe('checksum-mismatch');
  });

  test('refuses versions and flags it does not know', () => {
    expect(decodeOne(Uint8Array.of(0x21, 0, 0, 0, 0))).toBe('unsupported-version');
    expect(decodeOne(Uint8Array.of(0x1f, 0, 0, 0, 0))).toBe('malformed');
    expect(decodeOne(nothing)).toBe('truncated');
  });

  test.each([
    { width: 16_385, height: 1 },
    { width: 0, height: 10 },
    { width: 16_384, height: 4_097 },
  ])('refuses a picture of $width x $height', async (size) => {
    expect(decodeOne(await craft({}, size))).toBe('limit-exceeded');
  });

  test('refuses pictures above its own limit before it makes room for them', async () => {
    const packet = await craft({}, { width: 200, height: 200 });
    const decoder = new ScreenDecoder({ zstd, limits: { maxPixels: 200 * 199 } });
    expect(reasonOf(() => decoder.decode(packet))).toBe('limit-exceeded');
  });

  test('refuses streams larger than the picture can need', async () => {
    expect(decodeOne(await craft({ control: Uint8Array.of(0, 0, 0), indices: new Uint8Array(64 * 64 + 1) }))).toBe(
      'limit-exceeded',
    );
    expect(decodeOne(await craft({ control: new Uint8Array(256 + 64 * 16 + 1) }))).toBe('limit-exceeded');
  });

  test('refuses a stream that gives more than it declares', async () => {
    const packet = await craft({ control: Uint8Array.of(0, 0, 0), indices: new Uint8Array(4000) });
    const declaredAt = 5 + 2 + 2;
    const declared = packet.slice();
    declared.set([0x80, 0x01], declaredAt);
    expect(decodeOne(declared)).toBe('stream-corrupt');
  });

  test('refuses a window larger than the format allows', async () => {
    const compressor = zstd.compressor(1, 24);
    compressor.write(Uint8Array.of(0, 0, 0));
    const packed = await compressor.flush();
    compressor.close();
    const empty = { rawLength: 0, packed: nothing };
    const streams = { control: { rawLength: 3, packed }, indices: empty, planes: empty, colours: empty };
    const size = { width: 64, height: 64 };
    expect(decodeOne(writePacket({ size, isBlueFirst: false, checksum: 0, streams }))).toBe('stream-corrupt');
  });

  test.each([
    ['an unknown snapshot slot', [9, 0, 0], 'malformed'],
    ['a copy from an empty slot', [0, 1, 2, 0, 0, 0, 0, 8, 8, 0], 'malformed'],
    ['a copy from outside', [0, 1, 0, 127, 0, 0, 0, 8, 8, 0], 'malformed'],
    ['an unknown reference', [0, 1, 18, 0, 0, 0, 0, 8, 8, 0], 'malformed'],
    ['an empty rectangle', [0, 0, 1, 0, 0, 0, 0, 8], 'malformed'],
    ['an unknown kind', [0, 0, 1, 5, 0, 0, 8, 8], 'malformed'],
    ['columns without width', [0, 0, 1, 2, 0, 0, 0, 0, 8, 8], 'malformed'],
    ['columns that are too wide', [0, 0, 1, 2, 65, 0, 0, 0, 8, 8], 'malformed'],
    ['a rectangle outside', [0, 0, 1, 0, 2, 0, 64, 8], 'malformed'],
    ['more records than bytes', [0, 0, 16], 'malformed'],
    ['more records than cells', [0, 0, 17, ...new Array<number>(90).fill(0)], 'limit-exceeded'],
    ['trailing bytes', [0, 0, 0, 0], 'truncated'],
    ['a rectangle without its colour', [0, 0, 1, 0, 0, 0, 8, 8], 'truncated'],
    ['two copies over one picture', [0, 2, 0, 0, 0, 0, 0, 64, 64, 1, 0, 0, 1, 1, 0], 'limit-exceeded'],
  ])('refuses %s', async (_what, control, reason) => {
    expect(decodeOne(await craft({ control: Uint8Array.from(control) }))).toBe(reason);
  });

  test('refuses the reserved palette index', async () => {
    const control = new ByteWriter();
    const rectangle = { x: 0, y: 0, width: 2, height: 1 };
    writeUpdateRecords(control, {
      snapshotSlot: 0,
      copies: [],
      rectangles: [{ kind: 1, rectangle, columns: wholeRows }],
    });
    const packet = await craft({ control: control.finish(), indices: Uint8Array.of(0, 254) });
    expect(decodeOne(packet)).toBe('malformed');
  });

  test('reads the streams in their documented order', () => {
    expect(streamNames).toEqual(['control', 'indices', 'planes', 'colours']);
  });
});
