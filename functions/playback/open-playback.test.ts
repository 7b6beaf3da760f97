import { idToBytes } from '@afterimage/contracts';
import { createViewerKeyPair, unwrapEpochKey } from '@afterimage/recording';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryAudit } from '../_testing/memory-audit.ts';
import { seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { startPlayback } from './open-playback.ts';

const complete = sampleRecording({ state: 'complete', contiguousMs: 1_500_000, durationMs: 1_500_000 });
const call = { caller: { userName: 'ada', groups: [] }, requestId: 'r', sourceAddress: undefined };

describe('opening a playback', () => {
  let audit: MemoryAudit;
  let steps: string[];

  beforeEach(() => {
    audit = new MemoryAudit(new TestClock());
    steps = [];
  });

  const open = async (
    around: 'start' | number | undefined,
    { recording = complete, unwrap = unwrapped, store = stored } = {},
  ) => {
    const { publicKeyJwk, privateKey } = await createViewerKeyPair();
    const viewerPublicKey = { kty: publicKeyJwk.kty, n: publicKeyJwk.n, e: 'AQAB' as const };
    const dependencies = {
      recordings: seenByAll({ find: async () => recording }),
      playbacks: { open: store },
      keys: { find: async () => ({ wrappedKey: 'AAAA', wrappingKeyId: 'key' }) },
      unwrapper: { unwrap },
      audit,
      clock: new TestClock(),
    };
    const body = { viewerPublicKey, ...(around === undefined ? {} : { around }) };
    const input = { params: { recordingId: recording.recordingId }, query: undefined, body };
    return { outcome: await startPlayback(dependencies, input, call), privateKey };
  };

  const stored = async (): Promise<void> => void steps.push('opened');

  const unwrapped = async (): Promise<Uint8Array> => {
    steps.push(`data key read with ${audit.rows.length} rows`);
    return Buffer.concat([new Uint8Array(32).fill(7), idToBytes(complete.recordingId), idToBytes(complete.agentId)]);
  };

  const epochsOf = ({ outcome }: Awaited<ReturnType<typeof open>>) =>
    outcome.isDone ? outcome.response.keys.map(({ epoch }) => epoch) : outcome.problem;

  test.each([
    ['the beginning', 'start' as const, 0],
    ['a moment', 700_000, 1],
    ['a moment behind the end', 99_000_000, 2],
  ])('releases the key of %s and no other, to the viewer’s own key', async (_, around, epoch) => {
    const opened = await open(around);
    expect(epochsOf(opened)).toEqual([epoch]);
    if (!opened.outcome.isDone) throw new Error('refused');
    const [key] = opened.outcome.response.keys;
    const wrapped = Buffer.from(key?.wrappedKey ?? '', 'base64');
    await expect(unwrapEpochKey(wrapped, opened.privateKey)).resolves.toMatchObject({ extractable: false });
  });

  test('releases the newest key of a live recording where the viewer only begins to watch', async () => {
    const recording = { ...complete, state: 'live' as const };
    expect(epochsOf(await open('start', { recording }))).toEqual([2]);
  });

  test('has the intent of the release before the data key is read, and its outcome before the key leaves', async () => {
    await open(700_000);
    expect(steps).toEqual(['opened', 'data key read with 1 rows']);
    expect(audit.rows).toMatchObject([
      { intent: { actor: 'ada', action: 'playback.epoch-key-release', details: { epoch: 1 } } },
      { outcome: 'succeeded' },
    ]);
  });

  test('notes a release that failed', async () => {
    const unwrap = async (): Promise<Uint8Array> => {
      throw new Error('the key service is down');
    };
    await expect(open(0, { unwrap })).rejects.toThrow('the key service is down');
    expect(audit.rows.at(-1)).toEqual({ outcome: 'internal' });
  });

  test('lets no key leave for a playback that could not be stored', async () => {
    const store = async (): Promise<void> => {
      throw new Error('the table is down');
    };
    await expect(open(0, { store })).rejects.toThrow('the table is down');
  });

  test('touches no key where no moment is named', async () => {
    expect(epochsOf(await open(undefined))).toEqual([]);
    expect(steps).toEqual(['opened']);
    expect(audit.rows).toEqual([]);
  });

  test('opens nothing of an erased recording and releases nothing', async () => {
    expect(epochsOf(await open('start', { recording: { ...complete, state: 'erasing' } }))).toBe('recording-erased');
    expect(steps).toEqual([]);
  });
});
