import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createManifestSigner, manifestOf, rawSignatureToDer } from '../testing/recording-kit.ts';
import { deviceOfSeed, sampleRecords, sealRecords } from '../testing/sealing-kit.ts';
import { canonicalJson } from './canonical-json.ts';
import { derToRawSignature } from './der-signature.ts';
import type { RecordingManifest } from './manifest.ts';
import { encodeManifest, hashManifest, parseManifest } from './manifest-codec.ts';
import { verifyManifest } from './verify-manifest.ts';

let manifest: RecordingManifest;
beforeAll(async () => {
  const device = await deviceOfSeed(7);
  manifest = manifestOf(await sealRecords(sampleRecords(), device), device, 1000);
});

describe('canonical JSON', () => {
  test('is that of RFC 8785', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(keys)) as object)).toHaveLength(7);
    expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test('says the same as JSON, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', undefined, { a: undefined }, 1n])(
    'refuses %p',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});

describe('a manifest', () => {
  test('comes back from its canonical bytes', () => {
    expect(parseManifest(encodeManifest(manifest))).toEqual(manifest);
  });

  test('names the version before by the hash of its bytes', async () => {
    const previousManifestHash = await hashManifest(encodeManifest(manifest));
    const next = { ...manifest, manifestVersion: 2, previousManifestHash };
    expect(parseManifest(encodeManifest(next)).previousManifestHash).toBe(previousManifestHash);
  });

  test.each<[string, (json: Record<string, unknown>) => unknown]>([
    ['a member missing', ({ state, ...rest }) => rest],
    ['a member too many', (json) => ({ ...json, more: 1 })],
    ['another state', (json) => ({ ...json, state: 'fine' })],
    ['a hash that is none', (json) => ({ ...json, chainHead: { sequence: 1, hash: 'xyz' } })],
    ['a time without a zone', (json) => ({ ...json, createdAt: '2026-01-02T03:04:05' })],
    ['a count below zero', (json) => ({ ...json, segmentCount: -1 })],
    ['an id of another kind', (json) => ({ ...json, recordingId: json.agentId })],
    ['a list that is none', (json) => ({ ...json, files: {} })],
    ['no object at all', () => [1]],
  ])('with %s is refused', (_, change) => {
    const json = JSON.parse(canonicalJson(manifest)) as Record<string, unknown>;
    const bytes = new TextEncoder().encode(canonicalJson(change(json)));
    expect(() => parseManifest(bytes)).toThrow(expect.objectContaining({ code: 'bad-manifest' }));
  });

  test('of another format version is refused as such', () => {
    const bytes = new TextEncoder().encode(canonicalJson({ ...manifest, formatVersion: 2 }));
    expect(() => parseManifest(bytes)).toThrow(expect.objectContaining({ code: 'unsupported-version' }));
  });

  test('that says the right thing in another layout is refused', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(manifest, null, 1));
    expect(() => parseManifest(bytes)).toThrow(expect.objectContaining({ code: 'bad-manifest' }));
  });

  test('verifies under the key that signed it and under no other', async () => {
    const signer = await createManifestSigner();
    const bytes = encodeManifest(manifest);
    const signature = await signer.sign(bytes);
    expect(await verifyManifest(bytes, signature, signer.publicKeySpki)).toEqual(manifest);
    const other = await createManifestSigner();
    await expect(verifyManifest(bytes, signature, other.publicKeySpki)).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });
});

describe('a DER signature', () => {
  test('of any two numbers becomes the raw one', () => {
    const byte = fc.oneof(fc.constantFrom(0, 0x7f, 0x80), fc.nat({ max: 255 }));
    const raw = fc.array(byte, { minLength: 64, maxLength: 64 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(fc.property(raw, (bytes) => expect(derToRawSignature(rawSignatureToDer(bytes))).toEqual(bytes)));
  });

  test.each<[string, number[]]>([
    ['nothing', []],
    ['another type', [0x31, 6, 2, 1, 1, 2, 1, 1]],
    ['a negative number', [0x30, 6, 2, 1, 0x80, 2, 1, 1]],
    ['a number with a needless zero', [0x30, 7, 2, 2, 0, 1, 2, 1, 1]],
    ['a number of 33 bytes', [0x30, 38, 2, 33, ...new Array(33).fill(1), 2, 1, 1]],
    ['an empty number', [0x30, 5, 2, 0, 2, 1, 1]],
    ['bytes behind', [0x30, 6, 2, 1, 1, 2, 1, 1, 0]],
    ['a third number', [0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1]],
  ])('with %s is refused', (_, der) => {
    expect(() => derToRawSignature(Uint8Array.from(der))).toThrow(
      expect.objectContaining({ code: 'signature-invalid' }),
    );
  });
});
