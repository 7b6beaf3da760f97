import { makePlaybackId, openPlayback } from '@afterimage/contracts';
import { createViewerKeyPair } from '@afterimage/recording';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryAudit } from '../_testing/memory-audit.ts';
import { seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { releaseEpochKeys } from './release-keys.ts';

const recording = sampleRecording();
const { recordingId } = recording;

describe('releaseEpochKeys', () => {
  let clock: TestClock;
  let audit: MemoryAudit;

  beforeEach(() => {
    clock = new TestClock();
    audit = new MemoryAudit(clock);
  });

  const release = async (userName: string, unwrap: () => Promise<Uint8Array | undefined>) => {
    const playback = {
      playbackId: makePlaybackId(clock),
      recordingId,
      userName: 'ada',
      viewerPublicKey: (await createViewerKeyPair()).publicKeyJwk,
      expiresAt: '2026-11-22T18:00:00.000Z',
    };
    const dependencies = {
      recordings: seenByAll({ find: async () => recording }),
      playbacks: { find: async () => playback },
      keys: { find: async () => ({ wrappedKey: 'AAAA', wrappingKeyId: 'key' }) },
      unwrapper: { unwrap },
      audit,
      clock,
    };
    const input = {
      params: { recordingId, playbackId: playback.playbackId },
      query: undefined,
      body: { epochs: [0, 1, 1] },
    };
    const call = { caller: { userName, groups: [] }, requestId: 'r', sourceAddress: undefined };
    return releaseEpochKeys(dependencies, input, call);
  };

  test('every epoch has its intent before the data key is asked for, and an outcome when that fails', async () => {
    const unwrap = async () => {
      expect(audit.rows).toHaveLength(2);
      throw new Error('the key service is down');
    };
    await expect(release('ada', unwrap)).rejects.toThrow('the key service is down');
    expect(audit.rows.slice(2)).toEqual([{ outcome: 'internal' }, { outcome: 'internal' }]);
  });

  test('another person’s playback releases nothing, and no key is touched', async () => {
    const unwrap = async () => {
      throw new Error('not reached');
    };
    expect(await release('eve', unwrap)).toMatchObject({ problem: 'playback-expired' });
    clock.advance(8 * 3_600_000);
    expect(await release('ada', unwrap)).toMatchObject({ problem: 'playback-expired' });
    expect(audit.rows).toEqual([]);
  });
});

describe('the viewer’s key', () => {
  const accepts = (key: object) => openPlayback.body.safeParse({ viewerPublicKey: key }).success;

  test.each([2048, 3072, 4096])('of %i bits is taken as browsers make it', async (modulusLength) => {
    const parameters = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
    const { publicKey } = await crypto.subtle.generateKey(parameters, true, ['encrypt', 'decrypt']);
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
    expect(accepts({ kty, n, e })).toBe(true);
  });

  test('is refused when short, padded with zeros, not whole, not base64url, or with another exponent', async () => {
    const good = (await createViewerKeyPair()).publicKeyJwk;
    const { n } = good;
    for (const bad of [n.slice(0, 300), `AAAA${n}`, `${n}xyz`, `${n.slice(0, -1)}+`, 'g'.repeat(684)]) {
      expect(accepts({ ...good, n: bad })).toBe(false);
    }
    expect(accepts({ ...good, e: 'AQ' })).toBe(false);
    expect(accepts({ ...good, e: 'Aw' })).toBe(false);
  });
});
