import { beforeAll, describe, expect, test } from '@jest/globals';
import { bytesToHex } from '../encoding/hex.ts';
import { openSegment } from '../segment/open-segment.ts';
import { agentId, dataKey, deviceOfSeed, recordingId, sampleRecords, sealRecords } from '../testing/sealing-kit.ts';
import { readWrappedKeyPlaintext, wrapDataKey } from './data-key-wrapping.ts';
import { deriveEpochKey, EPOCH_LENGTH_MS, epochAt } from './key-derivation.ts';
import { createViewerKeyPair, unwrapEpochKey, type ViewerKeyPair, wrapEpochKeyForViewer } from './viewer-key.ts';

describe('epoch keys', () => {
  test('last ten minutes each', () => {
    expect([0, EPOCH_LENGTH_MS - 1, EPOCH_LENGTH_MS, 3_600_000].map(epochAt)).toEqual([0, 0, 1, 6]);
  });

  test('differ by data key, recording and epoch, and are the same for ever', async () => {
    const other = new Uint8Array(32);
    const keys = await Promise.all([
      deriveEpochKey(dataKey, recordingId, 0),
      deriveEpochKey(dataKey, recordingId, 1),
      deriveEpochKey(dataKey, agentId, 0),
      deriveEpochKey(other, recordingId, 0),
    ]);
    expect(new Set(keys.map(bytesToHex)).size).toBe(4);
    expect(bytesToHex(keys[0] ?? other)).toBe('2d6097a1c86543c77479117122b972cf44717dd6aa3c3f9558ff7d5461f5ecf7');
  });
});

describe('a data key', () => {
  const wrapForNewService = async () => {
    const parameters = {
      name: 'RSA-OAEP',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    };
    const service = await crypto.subtle.generateKey(parameters, true, ['encrypt', 'decrypt']);
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', service.publicKey));
    const wrapped = await wrapDataKey(dataKey, { recordingId, agentId }, spki);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, service.privateKey, wrapped));
  };

  test('comes back from the service key, for its own recording and agent only', async () => {
    const plaintext = await wrapForNewService();
    expect(readWrappedKeyPlaintext(plaintext, recordingId, agentId)).toEqual(dataKey);
    const wrong = expect.objectContaining({ code: 'wrong-recording' });
    expect(() => readWrappedKeyPlaintext(plaintext, agentId, agentId)).toThrow(wrong);
    expect(() => readWrappedKeyPlaintext(plaintext, recordingId, recordingId)).toThrow(wrong);
  });

  test('of another length is refused on both sides', async () => {
    const short = new Uint8Array(63);
    expect(() => readWrappedKeyPlaintext(short, recordingId, agentId)).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
  });
});

describe('a viewer', () => {
  let viewer: ViewerKeyPair;
  beforeAll(async () => {
    viewer = await createViewerKeyPair();
  });

  test('opens segments of the epoch that was released, without ever holding its bytes', async () => {
    const [segment] = await sealRecords(sampleRecords(), await deviceOfSeed(7));
    const wrapped = await wrapEpochKeyForViewer(await deriveEpochKey(dataKey, recordingId, 0), viewer.publicKeyJwk);
    const key = await unwrapEpochKey(wrapped, viewer.privateKey);
    expect(await openSegment(segment?.bytes ?? wrapped, key)).toHaveLength(3);
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('pkcs8', viewer.privateKey)).rejects.toThrow();
  });

  test('opens no segment of another epoch', async () => {
    const [segment] = await sealRecords(sampleRecords(), await deviceOfSeed(7));
    const wrapped = await wrapEpochKeyForViewer(await deriveEpochKey(dataKey, recordingId, 1), viewer.publicKeyJwk);
    const key = await unwrapEpochKey(wrapped, viewer.privateKey);
    await expect(openSegment(segment?.bytes ?? wrapped, key)).rejects.toMatchObject({ code: 'decrypt-failed' });
  });

  test('gets nothing from a key that was wrapped to somebody else', async () => {
    const wrapped = await wrapEpochKeyForViewer(dataKey, (await createViewerKeyPair()).publicKeyJwk);
    await expect(unwrapEpochKey(wrapped, viewer.privateKey)).rejects.toMatchObject({ code: 'wrong-key' });
  });

  test.each<[string, Partial<ViewerKeyPair['publicKeyJwk']>]>([
    ['a short modulus', { n: 'AQAB' }],
    ['another exponent', { e: 'Aw' }],
    ['a modulus that is no number', { n: '*'.repeat(342) }],
    ['a short modulus made long', { n: `${'A'.repeat(341)}w` }],
  ])('is refused with %s', async (_, change) => {
    const weak = { ...viewer.publicKeyJwk, ...change };
    await expect(wrapEpochKeyForViewer(dataKey, weak)).rejects.toMatchObject({ code: 'wrong-key' });
  });
});
