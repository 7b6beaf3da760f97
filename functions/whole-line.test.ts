import { createHash } from 'node:crypto';
import { idToBytes, makeRecordingId, makeSessionId } from '@afterimage/contracts';
import { createViewerKeyPair, openSegment, unwrapEpochKey, verifyRecording, wrapDataKey } from '@afterimage/recording';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { SignJWT } from 'jose';
import { httpEvent, lambdaContext } from './_testing/http-events.ts';
import { startOneMachine } from './_testing/one-machine.ts';
import { SampleDevice, sampleRecords } from './_testing/sample-device.ts';
import { TestClock } from './_testing/test-clock.ts';

type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<{ statusCode: number; body: string }>;

const root = { username: 'root', 'cognito:groups': ['administrators'] };
const player = { username: 'ada', 'cognito:groups': [] };
const clock = new TestClock();

/** The functions themselves, on AWS on one machine: one recording from enrolment to proof. */
describe('the whole line', () => {
  let machine: Awaited<ReturnType<typeof startOneMachine>>;
  let functions: Awaited<ReturnType<typeof loadFunctions>>;
  let device: SampleDevice;
  const savedEnvironment = { ...process.env };
  const recordingId = makeRecordingId(clock);
  const sessionId = makeSessionId(clock);
  const params = { recordingId };
  let agentId = '';
  let wrappingKey = { keyId: '', publicKey: '' };

  beforeAll(async () => {
    machine = await startOneMachine();
    Object.assign(process.env, machine.environment);
    functions = await loadFunctions();
    device = await SampleDevice.create(clock);
  });

  afterAll(async () => {
    process.env = savedEnvironment;
    await machine.stop();
  });

  const call = async (handler: HttpHandler, event: Parameters<typeof httpEvent>[0]) => {
    const { statusCode, body } = await handler(httpEvent(event), lambdaContext);
    return { status: statusCode, json: JSON.parse(body) };
  };

  test('an administrator permits recording and makes a token; a host enrols with it, once however often it asks', async () => {
    const policy = { method: 'PUT', path: '/api/v1/policies/recording/active', claims: root };
    expect(
      await call(functions.policies, { ...policy, body: { policyId: 'record-everyone-without-notification' } }),
    ).toMatchObject({ status: 200 });
    const members = [{ kind: 'user', name: 'ada' }];
    const assignment = {
      method: 'PUT',
      path: '/api/v1/roles/Player/members',
      params: { role: 'Player' },
      claims: root,
    };
    expect(await call(functions.administration, { ...assignment, body: { members } })).toMatchObject({ status: 200 });
    const made = await call(functions.administration, {
      method: 'POST',
      path: '/api/v1/enrolment-tokens',
      claims: root,
      body: {},
    });
    expect(made.status).toBe(201);
    const body = {
      token: made.json.token,
      publicKey: device.agent.publicKey,
      hostName: 'desk-7',
      platform: 'linux',
      agentVersion: '0.1.0',
    };
    const enrolment = { method: 'POST', path: '/agent/v1/enrolments', body };
    const enrolled = await call(functions.enrolment, enrolment);
    expect(enrolled.status).toBe(201);
    ({ agentId, wrappingKey } = enrolled.json);
    Object.assign(device.agent, { agentId });
    expect(await call(functions.enrolment, enrolment)).toMatchObject({ status: 201, json: { agentId } });
    const other = { ...body, publicKey: (await SampleDevice.create(clock)).agent.publicKey };
    expect(await call(functions.enrolment, { ...enrolment, body: other })).toMatchObject({ status: 403 });
  });

  test('the authorizer believes the device once per token', async () => {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: agentId,
      aud: 'afterimage-agent',
      iat,
      exp: iat + 60,
      jti: 'token-id-0001',
      req: 'POST /agent/v1/sessions',
    };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(device.keys.privateKey);
    const event = httpEvent({
      method: 'POST',
      path: '/agent/v1/sessions',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await functions.authorizer(event)).toEqual({ isAuthorized: true, context: { agentId } });
    expect(await functions.authorizer(event)).toMatchObject({ isAuthorized: false });
  });

  test('a session is reported and its recording announced', async () => {
    const attributes = {
      user: { value: 'bea', assertedBy: 'directory' },
      host: { value: 'desk-7', assertedBy: 'agent' },
    };
    const session = {
      method: 'POST',
      path: '/agent/v1/sessions',
      agentId,
      body: { sessionId, startedAt: '2026-11-22T10:00:00.000Z', attributes },
    };
    const decided = await call(functions.policy, session);
    expect(decided.json.decision).toMatchObject({ action: 'record-without-notification' });
    expect((await call(functions.policy, session)).json.decision).toEqual(decided.json.decision);
    const binding = { recordingId: idToBytes(recordingId), agentId: idToBytes(device.agent.agentId) };
    const wrapped = await wrapDataKey(device.dataKey, binding, Buffer.from(wrappingKey.publicKey, 'base64'));
    const body = {
      recordingId,
      sessionId,
      source: 'browser',
      startedAt: '2026-11-22T10:00:00.000Z',
      clockOffsetMs: 0,
      width: 640,
      height: 480,
      deviceCounter: 1,
      wrappedKey: Buffer.from(wrapped).toString('base64'),
      wrappingKeyId: wrappingKey.keyId,
    };
    const announcement = { method: 'POST', path: '/agent/v1/recordings', agentId, body };
    expect(await call(functions.intake, announcement)).toMatchObject({ status: 201, json: { state: 'live' } });
    expect(await call(functions.intake, announcement)).toMatchObject({ status: 201 });
    expect(await call(functions.intake, { ...announcement, body: { ...body, width: 641 } })).toMatchObject({
      status: 409,
    });
  });

  test('chunks are uploaded by grant, taken in out of order and twice, and committed', async () => {
    const sealed = await device.seal(recordingId, [0, 1, 2, 3].map(sampleRecords));
    const chunks = [sealed.slice(0, 2), sealed.slice(2)].map((segments) =>
      Buffer.concat(segments.map((segment) => segment.bytes)),
    );
    const described = chunks.map((bytes, index) => ({
      firstSequence: index * 2 + 1,
      lastSequence: index * 2 + 2,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('base64'),
    }));
    const path = `/agent/v1/recordings/${recordingId}/upload-grants`;
    const granted = await call(functions.intake, {
      method: 'POST',
      path,
      params,
      agentId,
      body: { chunks: described },
    });
    expect(granted.status).toBe(201);
    for (const [index, grant] of granted.json.grants.entries()) {
      const { 'content-length': _length, ...headers } = grant.headers;
      const forged = await fetch(grant.url, {
        method: 'PUT',
        headers,
        body: new Uint8Array(chunks[index]?.length ?? 0),
      });
      expect(forged.ok).toBe(false);
      const put = await fetch(grant.url, { method: 'PUT', headers, body: new Uint8Array(chunks[index] ?? []) });
      expect([put.status, await put.text()]).toEqual([200, '']);
    }
    const keys: string[] = granted.json.grants.map((grant: { objectKey: string }) => grant.objectKey);
    const bodies = [keys[1], keys[0], keys[1]].map((objectKey) => ({
      version: 1,
      kind: 'chunk-uploaded',
      recordingId,
      objectKey,
    }));
    const Records = bodies.map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) }));
    expect(await functions.ingest({ Records })).toEqual({ batchItemFailures: [] });
    const commits = await call(functions.intake, {
      method: 'GET',
      path: '/agent/v1/commits',
      agentId,
      query: { recordingIds: recordingId },
    });
    expect(commits.json.recordings).toEqual([
      { recordingId, state: 'sealing', contiguousSequence: 4, storedBeyond: [], rejections: [] },
    ]);
  });

  test('events are indexed once, however often the stream says so', async () => {
    const images = machine.segmentImages();
    expect(images).toHaveLength(2);
    const Records = [...images, ...images].map((NewImage, index) => ({
      dynamodb: { SequenceNumber: `${index % images.length}`, NewImage },
    }));
    expect(await functions.indexer({ Records })).toEqual({ batchItemFailures: [] });
    const path = `/api/v1/recordings/${recordingId}`;
    const shown = await call(functions.catalog, { method: 'GET', path, params, claims: player });
    expect(shown.json.recording).toMatchObject({ eventCount: 4, state: 'sealing' });
    const events = await call(functions.catalog, {
      method: 'GET',
      path: `${path}/events`,
      params,
      query: { limit: '3' },
      claims: player,
    });
    expect(events.json.events).toHaveLength(3);
    const query = { limit: '3', cursor: events.json.cursor };
    expect(
      (await call(functions.catalog, { method: 'GET', path: `${path}/events`, params, query, claims: player })).json
        .events,
    ).toHaveLength(1);
  });

  test('it is listed, sealed, and proven by its manifest and public keys alone', async () => {
    const list = { method: 'GET', path: '/api/v1/recordings', claims: player };
    expect((await call(functions.catalog, list)).json.recordings).toMatchObject([{ recordingId, state: 'sealing' }]);
    const message = { messageId: 'm', body: JSON.stringify({ version: 1, kind: 'finalise', recordingId }) };
    expect(await functions.finalise({ Records: [message, message] })).toEqual({ batchItemFailures: [] });
    expect((await call(functions.catalog, { ...list, query: { state: 'complete' } })).json.recordings).toHaveLength(1);
    const path = `/api/v1/recordings/${recordingId}`;
    const listed = await call(functions.catalog, { method: 'GET', path: `${path}/segments`, params, claims: player });
    expect(listed.json).toMatchObject({ state: 'complete', contiguousSequence: 4, finalSequence: 4, hasMore: false });
    expect(listed.json.sources).toHaveLength(1);
    const file = new Uint8Array(await (await fetch(listed.json.sources[0].url)).arrayBuffer());
    const proof = (await call(functions.catalog, { method: 'GET', path: `${path}/manifest`, params, claims: player }))
      .json;
    const signed = {
      bytes: new TextEncoder().encode(proof.manifest),
      signature: Buffer.from(proof.signature, 'base64'),
    };
    const bytes = (async function* () {
      yield file;
    })();
    const verdict = await verifyRecording({
      sources: [{ name: 'file', form: 'file', bytes }],
      manifest: { signed, servicePublicKeySpki: Buffer.from(proof.manifestPublicKey, 'base64') },
    });
    expect(verdict).toMatchObject({ verdict: 'intact-and-complete', findings: [], segmentCount: 4 });
  });

  test('PRO-002 SEC-017 STO-021: a viewer downloads ciphertext, and a key of it that nobody else and no other machine can unwrap', async () => {
    const viewer = await createViewerKeyPair();
    const path = `/api/v1/recordings/${recordingId}/playbacks`;
    const open = { method: 'POST', path, params, body: { viewerPublicKey: viewer.publicKeyJwk } };
    expect(await call(functions.playback, { ...open, claims: { username: 'eve' } })).toMatchObject({ status: 403 });
    const { json } = await call(functions.playback, { ...open, claims: player });
    const release = {
      method: 'POST',
      path: `${path}/${json.playbackId}/keys`,
      params: { ...params, playbackId: json.playbackId },
      body: { epochs: [0] },
    };
    expect(await call(functions.playback, { ...release, claims: root })).toMatchObject({ status: 403 });
    const released = await call(functions.playback, { ...release, claims: player });
    const epochKey = await unwrapEpochKey(Buffer.from(released.json.keys[0].wrappedKey, 'base64'), viewer.privateKey);
    const segments = await call(functions.catalog, {
      method: 'GET',
      path: `/api/v1/recordings/${recordingId}/segments`,
      params,
      claims: player,
    });
    const [first] = segments.json.segments;
    const range = { range: `bytes=${first.offset}-${first.offset + first.sizeBytes - 1}` };
    const bytes = new Uint8Array(await (await fetch(segments.json.sources[0].url, { headers: range })).arrayBuffer());
    expect(await openSegment(bytes, epochKey)).toEqual(sampleRecords(0));
    expect(Buffer.from(bytes).includes('page 0')).toBe(false);
    const otherViewer = await createViewerKeyPair();
    const wrapped = Buffer.from(released.json.keys[0].wrappedKey, 'base64');
    await expect(unwrapEpochKey(wrapped, otherViewer.privateKey)).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(crypto.subtle.exportKey('pkcs8', viewer.privateKey)).rejects.toThrow('not extractable');
  });

  test('operators see agents, queues and a swept house', async () => {
    expect(
      (await call(functions.administration, { method: 'GET', path: '/api/v1/agents', claims: root })).json.agents,
    ).toMatchObject([{ agentId }]);
    expect(
      (await call(functions.administration, { method: 'GET', path: '/api/v1/queues', claims: root })).json.queues,
    ).toMatchObject([{ name: 'ingest', deadLetters: 0 }]);
    expect((await call(functions.administration, { method: 'GET', path: '/api/v1/roles', claims: root })).status).toBe(
      200,
    );
    const revocation = {
      method: 'POST',
      path: `/api/v1/agents/${agentId}/revocation`,
      params: { agentId },
      claims: root,
    };
    expect((await call(functions.administration, revocation)).json.agent.state).toBe('revoked');
    const redrive = {
      method: 'POST',
      path: '/api/v1/queues/other/redrives',
      params: { queueName: 'other' },
      claims: root,
    };
    expect(await call(functions.administration, redrive)).toMatchObject({ status: 404 });
    await expect(functions.sweeper()).resolves.toBeUndefined();
  });
});

/** Functions read their environment when they are loaded, as on Lambda. */
async function loadFunctions() {
  const [
    authorizer,
    enrolment,
    policy,
    intake,
    ingest,
    indexer,
    finalise,
    sweeper,
    catalog,
    playback,
    administration,
    policies,
  ] = await Promise.all([
    import('./agent-authorizer/handler.ts'),
    import('./agent-enrolment/handler.ts'),
    import('./policy-evaluation/handler.ts'),
    import('./recording-intake/handler.ts'),
    import('./ingest/handler.ts'),
    import('./event-indexer/handler.ts'),
    import('./finalise/handler.ts'),
    import('./sweeper/handler.ts'),
    import('./catalog/handler.ts'),
    import('./playback/handler.ts'),
    import('./administration/handler.ts'),
    import('./policies/handler.ts'),
  ]);
  return {
    authorizer: authorizer.handler,
    enrolment: enrolment.handler,
    policy: policy.handler,
    intake: intake.handler,
    ingest: ingest.handler,
    indexer: indexer.handler,
    finalise: finalise.handler,
    sweeper: sweeper.handler,
    catalog: catalog.handler,
    playback: playback.handler,
    administration: administration.handler,
    policies: policies.handler,
  };
}
