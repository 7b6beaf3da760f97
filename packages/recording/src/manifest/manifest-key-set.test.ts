import { beforeAll, describe, expect, test } from '@jest/globals';
import { bytesToBase64 } from '../encoding/base64.ts';
import { createManifestSigner } from '../testing/recording-kit.ts';
import { isKeyValidAt, manifestKeyIdOf, parseManifestKeySet } from './manifest-key-set.ts';

let spki: Uint8Array;
let keyId: string;

beforeAll(async () => {
  spki = (await createManifestSigner()).publicKeySpki;
  keyId = await manifestKeyIdOf(spki);
});

const keySet = (key: object = {}, set: object = {}) => ({
  format: 'afterimage-manifest-keys',
  formatVersion: 1,
  asOf: '2026-11-22T10:00:00.000Z',
  keys: [{ keyId, publicKey: bytesToBase64(spki), validFrom: null, validUntil: null, ...key }],
  ...set,
});

describe('a set of manifest keys', () => {
  test('is read as it is published', async () => {
    const { asOf, keys } = await parseManifestKeySet(keySet());
    expect(asOf).toBe('2026-11-22T10:00:00.000Z');
    expect(keys).toEqual([{ keyId, publicKeySpki: new Uint8Array(spki), validFrom: null, validUntil: null }]);
  });

  test.each<[string, () => unknown]>([
    ['no object', () => null],
    ['without keys', () => keySet({}, { keys: [] })],
    ['of another version', () => keySet({}, { formatVersion: 2 })],
    ['with a key id of another key', () => keySet({ keyId: '00'.repeat(16) })],
    ['with a key that is no base64', () => keySet({ publicKey: '%' })],
    ['with a time that is none', () => keySet({ validFrom: 'yesterday' })],
  ])('%s is refused', async (_, make) => {
    await expect(parseManifestKeySet(make())).rejects.toMatchObject({ code: 'bad-manifest-keys' });
  });

  test('with bytes that are no P-256 key is refused, although their id fits', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const key = { publicKey: bytesToBase64(bytes), keyId: await manifestKeyIdOf(bytes) };
    await expect(parseManifestKeySet(keySet(key))).rejects.toMatchObject({ code: 'bad-manifest-keys' });
  });

  test.each([
    [null, null, true],
    ['2026-11-22T10:00:00Z', null, true],
    ['2026-11-22T10:00:00.001Z', null, false],
    [null, '2026-11-22T10:00:00Z', false],
    [null, '2026-11-22T10:00:00.001Z', true],
  ])('whose key signs from %s until %s: at ten o’clock %s', async (validFrom, validUntil, isValid) => {
    const { keys } = await parseManifestKeySet(keySet({ validFrom, validUntil }));
    expect(keys.map((key) => isKeyValidAt(key, '2026-11-22T10:00:00.000Z'))).toEqual([isValid]);
  });
});
