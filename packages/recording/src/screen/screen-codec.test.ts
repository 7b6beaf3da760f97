import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createBrowserZstd } from '../zstd-browser/index.ts';
import { createNodeZstd } from '../zstd-node/index.ts';
import { type Picture, type PixelOrder, ScreenDecoder, ScreenEncoder, type ScreenPacket } from './index.ts';
import { opaque, swapRedAndBlue } from './picture.ts';
import { type ScreenChange, SmallScreen, screenChange } from './testing/small-screens.ts';

const zstd = createNodeZstd();
/** Fast ones: what is tested here does not depend on how well the streams compress. */
const levels = { control: 1, indices: 1, planes: 1, colours: 1 };
const timeoutMs = 60_000;

interface Encoded {
  readonly packet: ScreenPacket;
  readonly expected: Picture;
}

/** The picture a decoder must show for a captured one. */
function shown({ width, height, pixels }: SmallScreen, order: PixelOrder): Picture {
  const toShown = (pixel: number) => {
    const colour = pixel & 0xffffff;
    return ((order === 'bgrx' ? swapRedAndBlue(colour) : colour) | opaque) >>> 0;
  };
  return { width, height, pixels: pixels.map(toShown) };
}

async function encodeAll(changes: readonly ScreenChange[], order: PixelOrder): Promise<Encoded[]> {
  const screen = new SmallScreen(150, 140);
  const encoder = new ScreenEncoder({ width: screen.width, height: screen.height, zstd, levels, pixelOrder: order });
  const encoded: Encoded[] = [];
  for (const change of changes) {
    screen.apply(change);
    if (change.kind === 'resize') encoder.resize(screen.width, screen.height);
    if (change.kind === 'new-group') encoder.startNewGroup();
    const packet = await encoder.encode(screen.pixels, { forceKeyImage: change.kind === 'force-key-image' });
    if (packet !== undefined) encoded.push({ packet, expected: shown(screen, order) });
  }
  encoder.close();
  return encoded;
}

function expectPictures(encoded: readonly Encoded[], decoder: ScreenDecoder): void {
  let last: Picture | undefined;
  for (const { packet, expected } of encoded) {
    const { picture, changed, isKeyImage } = decoder.decode(packet.bytes);
    expect(isKeyImage).toBe(packet.isKeyImage);
    expect([picture.width, picture.height]).toEqual([expected.width, expected.height]);
    expect(Buffer.compare(bytesOf(picture), bytesOf(expected))).toBe(0);
    if (!isKeyImage && last !== undefined) expectChangesInside(changed, last, expected);
    last = expected;
  }
  decoder.close();
}

function bytesOf({ pixels }: Picture): Uint8Array {
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

function expectChangesInside(changed: ScreenPacket['changed'], before: Picture, after: Picture): void {
  const outside = after.pixels.findIndex((pixel, at) => {
    const x = at % after.width;
    const y = Math.floor(at / after.width);
    const isInside =
      x >= changed.x && y >= changed.y && x < changed.x + changed.width && y < changed.y + changed.height;
    return !isInside && pixel !== before.pixels[at];
  });
  expect(outside).toBe(-1);
}

describe('screen codec', () => {
  const anyPictures = 'any sequence of %s pictures comes back exactly';
  test.each<PixelOrder>(['rgbx', 'bgrx'])(
    anyPictures,
    async (order) => {
      const changes = fc.array(screenChange, { minLength: 1, maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(changes, async (sequence) => {
          expectPictures(await encodeAll(sequence, order), new ScreenDecoder({ zstd }));
        }),
        { numRuns: 40 },
      );
    },
    timeoutMs,
  );

  test(
    'every key image can be decoded from with nothing before it',
    async () => {
      const changes = fc.array(screenChange, { minLength: 8, maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(changes, async (sequence) => {
          const encoded = await encodeAll(sequence, 'rgbx');
          for (const [start, { packet }] of encoded.entries()) {
            if (packet.isKeyImage) expectPictures(encoded.slice(start), new ScreenDecoder({ zstd }));
          }
        }),
        { numRuns: 15 },
      );
    },
    timeoutMs,
  );

  test.each([
    [0, 24],
    [0, -24],
    [17, 0],
    [-17, 0],
    [9, -30],
    [-9, 30],
  ])('a page that scrolls by %i, %i comes back exactly', async (dx, dy) => {
    const area = { x: 0, y: 0, width: 150, height: 140 };
    const scroll = { kind: 'scroll' as const, area, dx, dy };
    expectPictures(
      await encodeAll([{ kind: 'noise', area, seed: 5 }, scroll, scroll], 'rgbx'),
      new ScreenDecoder({ zstd }),
    );
  });

  test('the browser decoder gives the same pictures', async () => {
    const sequence = fc.sample(screenChange, { numRuns: 40, seed: 7 });
    expectPictures(await encodeAll(sequence, 'rgbx'), new ScreenDecoder({ zstd: await createBrowserZstd() }));
  });

  test('a reused decoder starts anew at each key image', async () => {
    const first = await encodeAll(fc.sample(screenChange, { numRuns: 12, seed: 1 }), 'rgbx');
    const second = await encodeAll(fc.sample(screenChange, { numRuns: 12, seed: 2 }), 'rgbx');
    expectPictures([...first, ...second, ...first], new ScreenDecoder({ zstd }));
  });
});
