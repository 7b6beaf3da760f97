import { getManifest, getManifestKeys, recordingIdSchema } from '@afterimage/contracts';
import { agentIdText, bytesToBase64, encodeManifest, manifestKeyIdOf, recordingIdText } from '@afterimage/recording';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createManifestSigner, manifestOf } from '../../../recording/src/testing/recording-kit.ts';
import { deviceOfSeed } from '../../../recording/src/testing/sealing-kit.ts';
import type { PlayerApi } from '../source/api-source.ts';
import { PlaybackFailure } from '../source/recording-source.ts';
import { busySteps, type MadeRecording, makeRecording } from '../testing/made-recording.ts';
import { SegmentServer } from '../testing/segment-server.ts';
import { RecordingProof } from './recording-proof.ts';

const recordingId = recordingIdSchema.parse('rec_01arz3ndektsv4rrffq69g5fav');

let made: MadeRecording;
let server: SegmentServer;
let signer: Awaited<ReturnType<typeof createManifestSigner>>;
let answers: Map<string, unknown>;
let isReachable: boolean;

beforeAll(async () => {
  made = await makeRecording(busySteps(5_000));
  signer = await createManifestSigner();
});

beforeEach(async () => {
  server = new SegmentServer(made);
  server.isSealed = true;
  server.state = 'complete';
  isReachable = true;
  await server.start();
  answers = new Map<string, unknown>([
    [getManifest.operationId, await storedManifest()],
    [getManifestKeys.operationId, await publishedKeys()],
  ]);
});

afterEach(() => server.stop());

async function storedManifest() {
  const device = { ...(await deviceOfSeed(1)), rawPublicKey: made.devicePublicKey };
  const bytes = encodeManifest({
    ...manifestOf(made.segments, device, 1),
    recordingId: recordingIdText(made.recordingId),
    agentId: agentIdText(made.segments[0]?.header.agentId ?? new Uint8Array()),
  });
  return { manifest: new TextDecoder().decode(bytes), signature: bytesToBase64(await signer.sign(bytes)) };
}

async function publishedKeys() {
  const { publicKeySpki } = signer;
  const dates = { validFrom: null, validUntil: null };
  const key = { keyId: await manifestKeyIdOf(publicKeySpki), publicKey: bytesToBase64(publicKeySpki), ...dates };
  return { format: 'afterimage-manifest-keys', formatVersion: 1, asOf: '2026-01-03T00:00:00Z', keys: [key] };
}

/** The segments as the server of segments gives them, manifest and keys as this test puts them. */
const api: PlayerApi = async (route, request, signal) => {
  if (!isReachable) throw new PlaybackFailure('unreachable');
  const answer = answers.get(route.operationId);
  return answer === undefined ? server.api(route, request, signal) : (answer as never);
};

function newProof(): RecordingProof {
  const { devicePublicKey } = made;
  return new RecordingProof({ recordingId, api, fetch, nowMs: () => performance.now(), devicePublicKey });
}

describe('the proof of a recording', () => {
  test('is its signed manifest at first, and all of its bytes when asked, with progress on the way', async () => {
    const proof = newProof();
    const progress: number[] = [];
    proof.subscribe(() => progress.push(proof.state.progress));
    await proof.checkManifest();
    expect(proof.state).toEqual({ manifest: 'signed', reading: 'not-begun', progress: 0, proof: undefined });
    await proof.verifyAll();
    expect(proof.state).toMatchObject({
      reading: 'done',
      progress: 1,
      proof: { verdict: 'intact-and-complete', findings: [] },
    });
    expect(new Set(progress).size).toBeGreaterThan(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test('names the segment that is not there', async () => {
    server.stored.delete(3);
    const proof = newProof();
    await proof.verifyAll();
    expect(proof.state.proof).toMatchObject({
      verdict: 'altered',
      findings: [{ reason: 'segment-missing', sequences: [3, 3] }],
    });
  });

  test('is refused when none of the published keys signed the manifest', async () => {
    const stranger = await createManifestSigner();
    const stored = await storedManifest();
    const bytes = new TextEncoder().encode(stored.manifest);
    answers.set(getManifest.operationId, { ...stored, signature: bytesToBase64(await stranger.sign(bytes)) });
    const proof = newProof();
    await proof.checkManifest();
    expect(proof.state.manifest).toBe('refused');
    await proof.verifyAll();
    expect(proof.state).toMatchObject({ manifest: 'refused', reading: 'failed', proof: undefined });
  });

  test('that could not be read says so, and can be asked for again', async () => {
    isReachable = false;
    const proof = newProof();
    await proof.checkManifest();
    await proof.verifyAll();
    expect(proof.state).toMatchObject({ manifest: 'unread', reading: 'failed' });
    isReachable = true;
    await proof.verifyAll();
    expect(proof.state).toMatchObject({ manifest: 'signed', reading: 'done' });
  });

  test('tells nobody anything once it is closed', async () => {
    const proof = newProof();
    let told = 0;
    proof.subscribe(() => told++);
    proof.close();
    await proof.verifyAll();
    expect(told).toBe(0);
  });
});
