import { type ErasureReceipt, erasureReceiptSchema } from '@afterimage/contracts';
import { beginErasure, fileKeysOf, type TrackedRecording } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleWorld } from '../_testing/sample-world.ts';
import { serviceSigner } from '../_testing/service-signer.ts';
import { type EraseDependencies, eraseRecording } from './erase-recording.ts';

const dayMs = 86_400_000;
const wrapped = { wrappedKey: Buffer.alloc(384, 7).toString('base64'), wrappingKeyId: 'key' };
const request = {
  requestedBy: 'ada',
  requestedAt: '2026-11-22T10:00:00.000Z',
  justificationSha256: 'ab'.repeat(32),
};

/** A recording that was asked to be erased, and stores that remember what was destroyed. */
async function setUp() {
  const world = await sampleWorld();
  let key: typeof wrapped | undefined = wrapped;
  const destroyed: string[] = [];
  const ended: Partial<TrackedRecording> = { state: 'complete', manifestVersion: 2, manifestHash: 'cd'.repeat(32) };
  await world.recordings.change(world.recordingId, (recording) => beginErasure({ ...recording, ...ended }, request));
  const dependencies: EraseDependencies = {
    ...world,
    keys: {
      find: async () => key,
      erase: async () => {
        destroyed.push('key');
        key = undefined;
      },
    },
    events: { eraseAll: async () => void destroyed.push('events') },
    objects: {
      eraseUnder: async ({ store, prefix }) => {
        destroyed.push(`${store} ${prefix}`);
        return store === 'recordings' ? 1 : 0;
      },
    },
    signer: serviceSigner,
    windows: { keysMs: dayMs, recordingsMs: 35 * dayMs },
  };
  const receipt = async (): Promise<ErasureReceipt> =>
    erasureReceiptSchema.parse(JSON.parse((await world.find()).erasure?.receipt?.text ?? '{}'));
  return { ...world, dependencies, destroyed, receipt };
}

describe('eraseRecording', () => {
  let world: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    world = await setUp();
  });

  test('destroys the key before all else, then what was derived, then the bytes', async () => {
    const recording = await world.find();
    await eraseRecording(world.dependencies, world.recordingId);
    expect(world.destroyed).toEqual([
      'key',
      'events',
      ...fileKeysOf(recording).map((objectKey) => `recordings ${objectKey}`),
      `landing chunks/${world.recordingId}/`,
      `landing quarantine/${world.recordingId}/`,
    ]);
    expect((await world.find()).state).toBe('erased');
    expect(world.bus.types()).toEqual(['RecordingErased']);
  });

  test('the receipt says what was destroyed, what proves that it existed, and when it is final', async () => {
    await eraseRecording(world.dependencies, world.recordingId);
    const receipt = await world.receipt();
    expect(receipt).toMatchObject({
      ...request,
      keys: { fingerprints: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
      existed: { manifest: { version: 2, sha256: 'cd'.repeat(32) } },
    });
    expect(Date.parse(receipt.keys.finalAt) - Date.parse(receipt.erasedAt)).toBe(dayMs);
    expect(Date.parse(receipt.derivatives[0]?.finalAt ?? '') - Date.parse(receipt.erasedAt)).toBe(35 * dayMs);
  });

  test('killed anywhere and run again, it ends with the same receipt, which still names the key', async () => {
    const points = ['keys.erase', 'events.eraseAll', 'objects.eraseUnder', 'signer.sign'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...points), { maxLength: 6 }), async (deaths) => {
        const each = await setUp();
        for (const point of deaths) {
          const died = eraseRecording(dyingAt(each.dependencies, point), each.recordingId);
          await expect(died).rejects.toThrow('killed');
          expect((await each.find()).state).toBe('erasing');
        }
        await eraseRecording(each.dependencies, each.recordingId);
        expect((await each.receipt()).keys.fingerprints).toHaveLength(1);
        expect(await each.dependencies.keys.find(each.recordingId)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });

  test('run twice, side by side or afterwards, it attests and says it once', async () => {
    const run = () => eraseRecording(world.dependencies, world.recordingId);
    await Promise.all([run(), run()]);
    const first = (await world.find()).erasure?.receipt;
    await run();
    expect((await world.find()).erasure?.receipt).toEqual(first);
    expect(new Set(world.bus.said.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test('touches nothing of a recording that nobody asked to erase', async () => {
    await world.recordings.change(world.recordingId, (recording) => ({ ...recording, state: 'complete' }));
    await eraseRecording(world.dependencies, world.recordingId);
    expect(world.destroyed).toEqual([]);
  });
});

/** The same stores, of which one step does its work and then the process is gone. */
function dyingAt(dependencies: EraseDependencies, point: string): EraseDependencies {
  const { keys, events, objects, signer } = dependencies;
  const die =
    <A extends unknown[], T>(name: string, call: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      const result = await call(...given);
      if (name === point) throw new Error('killed');
      return result;
    };
  return {
    ...dependencies,
    keys: { find: (id) => keys.find(id), erase: die('keys.erase', (id) => keys.erase(id)) },
    events: { eraseAll: die('events.eraseAll', (id) => events.eraseAll(id)) },
    objects: { eraseUnder: die('objects.eraseUnder', (place) => objects.eraseUnder(place)) },
    signer: { sign: die('signer.sign', (bytes) => signer.sign(bytes)) },
  };
}
