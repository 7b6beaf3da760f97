import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  beginRecording,
  enrolAgent,
  getCommits,
  grantUploads,
  idToBytes,
  makeRecordingId,
  makeSessionId,
  type RecordingId,
  type RouteContract,
  type RouteResponse,
  type SessionId,
  startSession,
} from '@afterimage/contracts';
import { type SealedSegment, wrapDataKey } from '@afterimage/recording';
import { SignJWT } from 'jose';
import { SampleDevice } from '../../functions/_testing/sample-device.ts';
import { callRaw, pathOf, type RawAnswer, type RawRequest } from './raw-call.ts';
import type { Stack } from './stack.ts';

const clock = { nowMs: () => Date.now(), randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };

export type UploadGrant = RouteResponse<typeof grantUploads>['grants'][number];

/** What a chunk says of itself when it is announced; the truth unless a test changes it. */
export interface DescribedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly description: { firstSequence: number; lastSequence: number; sizeBytes: number; sha256: string };
}

/** An enrolled device whose every byte and token a test makes itself, honest or not. */
export class RawAgent {
  readonly device: SampleDevice;
  readonly #stack: Stack;
  readonly #wrappingKey: { keyId: string; publicKey: string };

  static async enrol(stack: Stack): Promise<RawAgent> {
    const device = await SampleDevice.create(clock);
    const answer = await callRaw(stack, enrolAgent, { body: enrolmentOf(device, stack.enrolmentToken) });
    if (answer.status !== enrolAgent.successStatus) throw new Error(`not enrolled: ${answer.status}`);
    Object.assign(device.agent, { agentId: answer.json.agentId });
    return new RawAgent(stack, device, answer.json.wrappingKey);
  }

  private constructor(stack: Stack, device: SampleDevice, wrappingKey: { keyId: string; publicKey: string }) {
    this.#stack = stack;
    this.device = device;
    this.#wrappingKey = wrappingKey;
  }

  get agentId() {
    return this.device.agent.agentId;
  }

  /** A token for one request; `claims` replaces what an honest agent would say. */
  async token(route: RouteContract, params?: unknown, claims: Record<string, unknown> = {}): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: this.agentId,
      aud: 'afterimage-agent',
      iat: issuedAt,
      exp: issuedAt + 60,
      jti: randomUUID(),
      req: `${route.method} ${pathOf(route, params)}`,
      ...claims,
    })
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(this.device.keys.privateKey);
  }

  async call<R extends RouteContract>(route: R, request: RawRequest<R> = {}): Promise<RawAnswer<R>> {
    return callRaw(this.#stack, route, request, await this.token(route, request.params));
  }

  sessionBody(sessionId: SessionId = makeSessionId(clock), user = 'ada') {
    const by = (value: string) => ({ value, assertedBy: 'agent' as const });
    const attributes = { user: by(user), host: by('desk-7'), groups: [] };
    return { sessionId, startedAt: new Date().toISOString(), attributes };
  }

  async recordingBody(sessionId: SessionId, deviceCounter = 1) {
    const recordingId = makeRecordingId(clock);
    const binding = { recordingId: idToBytes(recordingId), agentId: idToBytes(this.agentId) };
    const publicKey = Buffer.from(this.#wrappingKey.publicKey, 'base64');
    const wrapped = await wrapDataKey(this.device.dataKey, binding, publicKey);
    return {
      recordingId,
      sessionId,
      source: 'browser' as const,
      startedAt: new Date().toISOString(),
      clockOffsetMs: 0,
      width: 640,
      height: 480,
      deviceCounter,
      wrappedKey: Buffer.from(wrapped).toString('base64'),
      wrappingKeyId: this.#wrappingKey.keyId,
    };
  }

  /** Reports a session and announces its recording. */
  async begin(user?: string): Promise<RecordingId> {
    const session = this.sessionBody(undefined, user);
    await this.call(startSession, { body: session });
    const body = await this.recordingBody(session.sessionId);
    const answer = await this.call(beginRecording, { body });
    if (answer.status !== beginRecording.successStatus) throw new Error(`not begun: ${answer.status}`);
    return body.recordingId;
  }

  async grant(recordingId: RecordingId, chunk: DescribedChunk): Promise<UploadGrant> {
    const answer = await this.call(grantUploads, { params: { recordingId }, body: { chunks: [chunk.description] } });
    const [grant] = answer.json.grants ?? [];
    if (grant === undefined) throw new Error(`no grant: ${answer.status} ${JSON.stringify(answer.problem)}`);
    return grant;
  }

  /** Uploads as an honest agent does, whatever the bytes are. The bucket tells ingest. */
  async upload(recordingId: RecordingId, chunk: DescribedChunk): Promise<UploadGrant> {
    const grant = await this.grant(recordingId, chunk);
    const status = await putBytes(grant, chunk.bytes);
    if (status !== 200) throw new Error(`the upload was answered with ${status}`);
    return grant;
  }

  async commits(recordingId: RecordingId): Promise<RouteResponse<typeof getCommits>['recordings'][number]> {
    const answer = await this.call(getCommits, { query: { recordingIds: recordingId } });
    const [commit] = answer.json.recordings ?? [];
    if (commit === undefined) throw new Error(`no commits: ${answer.status}`);
    return commit;
  }
}

export function enrolmentOf(device: SampleDevice, token: string) {
  const { publicKey, hostName, platform, agentVersion } = device.agent;
  return { token, publicKey, hostName, platform, agentVersion };
}

export async function putBytes(
  grant: Pick<UploadGrant, 'url' | 'headers'>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const { 'content-length': _length, ...headers } = grant.headers;
  const response = await fetch(grant.url, { method: 'PUT', headers, body: bytes });
  await response.arrayBuffer();
  return response.status;
}

export function chunkOf(...segments: readonly SealedSegment[]): DescribedChunk {
  const bytes = new Uint8Array(Buffer.concat(segments.map((segment) => segment.bytes)));
  return describeChunk(bytes, segments[0]?.header.sequence ?? 1, segments.at(-1)?.header.sequence ?? 1);
}

export function describeChunk(
  bytes: Uint8Array<ArrayBuffer>,
  firstSequence: number,
  lastSequence = firstSequence,
): DescribedChunk {
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  return { bytes, description: { firstSequence, lastSequence, sizeBytes: bytes.length, sha256 } };
}
