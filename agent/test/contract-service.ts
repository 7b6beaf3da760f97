import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  agentRoutes,
  decidedOptionsSchema,
  type HostStop,
  makeAgentId,
  makeProblem,
  makeRecordingCommandId,
  type Notice,
  type NoticeReport,
  type ProblemName,
  type RecordingCommand,
  type RecordingDecision,
  type RouteContract,
  recordingCommandSchema,
  reviewSession,
  type SessionRecording,
} from '@afterimage/contracts';
import { splitSegments, verifySegment } from '@afterimage/recording';
import { ContractChannel } from './contract-channel.ts';

/** What the service knows of a recording, and every byte that was stored of it. */
export interface StoredRecording {
  readonly begin: Record<string, unknown>;
  readonly segments: Map<number, Buffer>;
  readonly rejections: { sequence?: number; objectKey: string; reason: string }[];
}

interface Refusal {
  readonly status: number;
  readonly body: object | undefined;
}

class ServiceProblem extends Error {
  readonly refusal: Refusal;

  constructor(name: ProblemName) {
    const problem = makeProblem(name);
    super(name);
    this.refusal = { status: problem.status, body: problem };
  }
}

/**
 * Plays the agent's side of the contract over real HTTP: every request and answer is parsed with the contract's own
 * schemas, tokens and segment signatures are verified. Faults are switched on by fields.
 */
export class ContractService {
  readonly recordings = new Map<string, StoredRecording>();
  readonly sessions = new Map<string, unknown>();
  readonly wrapping = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly usedTokens = new Set<string>();
  refusedTokens = 0;
  /** Requests in order, as `operationId` or `PUT`. */
  readonly calls: string[] = [];
  action: RecordingDecision['action'] = 'record-without-notification';
  /** Of the next decisions. */
  notice: Notice | undefined;
  /** What is told of a start at the host; with the next decisions. */
  hostStartNotice: Notice | undefined;
  ruleOptions: Partial<RecordingDecision['options']> = {};
  reviewOutcome: 'go-on' | 'go-on-and-tell' | 'stop' = 'go-on';
  readonly reviews: unknown[] = [];
  readonly noticeReports: (NoticeReport & { sessionId: string })[] = [];
  /** As hosts reported them last. */
  readonly reported = new Map<string, { recording: SessionRecording; hostStop?: HostStop; hasEnded: boolean }>();
  /** Commands that wait, as the answer to a report has them. */
  readonly pending: (RecordingCommand & { notice?: Notice })[] = [];
  readonly settled = new Map<string, { state: string; reason?: string; recording: SessionRecording }>();
  uploadIntervalSeconds = 1;
  /** 503 to everything. */
  isDown = false;
  isRevoked = false;
  /** The API's own 403 to everything that is signed, without a problem document. */
  isForbidding = false;
  readonly enrolledKeys: string[] = [];
  /** So many answers to enrolments are lost on their way back. */
  lostEnrolmentAnswers = 0;
  /** Service clock minus host clock. */
  clockAheadMs = 0;
  /** Stored segments are acknowledged only while this is set. */
  doesCommit = true;
  readonly rejectSequences = new Set<number>();
  problemOf: (operationId: string) => ProblemName | undefined = () => undefined;
  /** How long each upload is under way. */
  uploadMs = 0;
  /** Whether a ticket gives a connection, or a proxy stands in the way. */
  hasChannel = true;
  /** In the order in which they came. */
  readonly uploadedKeys: string[] = [];
  /** Most uploads at one time so far. */
  mostUploadsTogether = 0;
  /** Service time until which a recording is watched, as commits say it. */
  readonly watchedUntil = new Map<string, string>();
  readonly #agentId = makeAgentId({ nowMs: () => Date.now(), randomBytes: (length) => new Uint8Array(length).fill(7) });
  #uploadsUnderWay = 0;
  readonly #channel = new ContractChannel();
  #server: Server | undefined;
  #devicePublicKey: KeyObject | undefined;
  #rawDeviceKey: Buffer | undefined;
  readonly #grants = new Map<string, { sizeBytes: number; sha256: string; recordingId: string }>();

  async start(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#channel.attach(server, () => this.hasChannel);
    this.#server = server;
    return this.url;
  }

  /** Tells the agent over the channel that somebody watches, for so long. */
  tellWatched(recordingId: string, forMs: number): void {
    this.#channel.tellWatched(recordingId, new Date(this.nowMs() + forMs).toISOString());
  }

  /** An administrator's command; it goes over the channel unless it has to wait for a report. */
  command(
    action: 'start' | 'stop',
    sessionId: string,
    { notice, waits = false }: { notice?: Notice; waits?: boolean } = {},
  ): string {
    const ids = { nowMs: () => this.nowMs(), randomBytes: (length: number) => randomBytes(length) };
    const command = recordingCommandSchema.parse({
      commandId: makeRecordingCommandId(ids),
      sessionId,
      agentId: this.#agentId,
      action,
      notifiesUser: notice !== undefined,
      requestedBy: 'root',
      requestedAt: new Date(this.nowMs()).toISOString(),
      state: 'pending',
    });
    const told = { ...command, ...(notice && { notice }) };
    if (waits) this.pending.push(told);
    else this.#channel.tell({ version: 1, kind: 'command', command: told });
    return command.commandId;
  }

  get sockets() {
    return this.#channel.sockets;
  }

  get url(): string {
    const { port } = (this.#server?.address() ?? { port: 0 }) as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get devicePublicKey(): Uint8Array {
    if (!this.#rawDeviceKey) throw new Error('nobody has enrolled');
    return this.#rawDeviceKey;
  }

  async stop(): Promise<void> {
    this.#channel.close();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  contiguousSequence(recording: StoredRecording): number {
    let sequence = 0;
    while (recording.segments.has(sequence + 1)) sequence++;
    return sequence;
  }

  nowMs(): number {
    return Date.now() + this.clockAheadMs;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    response.setHeader('date', new Date(this.nowMs()).toUTCString());
    const isEnrolment = request.url?.endsWith('/enrolments') ?? false;
    let answer: Refusal;
    try {
      answer = this.isDown ? { status: 503, body: {} } : await this.#answer(request, body);
    } catch (error) {
      answer = error instanceof ServiceProblem ? error.refusal : { status: 500, body: { message: String(error) } };
    }
    if (isEnrolment && this.lostEnrolmentAnswers-- > 0) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  async #answer(request: IncomingMessage, body: Buffer): Promise<Refusal> {
    const url = new URL(request.url ?? '/', 'http://service');
    if (url.pathname.startsWith('/chunks/'))
      return this.#countPut(() => this.#put(url.pathname.slice(1), request, body));
    for (const route of [...agentRoutes, reviewSession]) {
      const params = matchPath(route, request.method ?? '', url.pathname);
      if (!params) continue;
      this.calls.push(route.operationId);
      if (route.access.kind === 'agent' && !this.#isAuthentic(request, url.pathname)) {
        this.refusedTokens++;
        return { status: 403, body: { message: 'Forbidden' } };
      }
      if (this.isRevoked && route.access.kind === 'agent') throw new ServiceProblem('agent-not-trusted');
      const problem = this.problemOf(route.operationId);
      if (problem) throw new ServiceProblem(problem);
      const parsedBody = 'body' in route ? route.body.parse(JSON.parse(body.toString())) : {};
      const query = 'query' in route ? route.query.parse(Object.fromEntries(url.searchParams)) : {};
      const answer = await this.#handle(route.operationId, { ...params, ...parsedBody, ...query });
      return { status: route.successStatus, body: route.response.parse(answer) as object };
    }
    return { status: 404, body: makeProblem('not-found') };
  }

  #isAuthentic(request: IncomingMessage, path: string): boolean {
    const [header = '', payload = '', signature = ''] = (request.headers.authorization ?? '').slice(7).split('.');
    if (this.isForbidding || !this.#devicePublicKey) return false;
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify(null, signed, this.#devicePublicKey, Buffer.from(signature, 'base64url'))) return false;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const nowSeconds = this.nowMs() / 1000;
    if (claims.iat > nowSeconds + 5 || claims.exp < nowSeconds || claims.exp - claims.iat > 120) return false;
    if (claims.req !== `${request.method} ${path}` || this.usedTokens.has(claims.jti)) return false;
    this.usedTokens.add(claims.jti);
    return true;
  }

  async #handle(operationId: string, input: Record<string, unknown>): Promise<unknown> {
    const serverTime = new Date(this.nowMs()).toISOString();
    const recordingId = String(input.recordingId);
    if (operationId === 'enrolAgent') return { ...this.#enrol(String(input.publicKey)), serverTime };
    if (operationId === 'startSession') {
      this.sessions.set(String(input.sessionId), input);
      const { hostStartNotice } = this;
      return { sessionId: input.sessionId, decision: this.#decision(), hostStartNotice, serverTime };
    }
    if (operationId === 'beginRecording') {
      if (!this.recordings.has(recordingId)) {
        this.recordings.set(recordingId, { begin: input, segments: new Map(), rejections: [] });
      }
      return { recordingId, state: 'live', serverTime };
    }
    if (operationId === 'grantUploads') {
      const [commit] = this.#commits([recordingId]);
      return { grants: this.#grant(recordingId, input.chunks), commit, serverTime };
    }
    if (operationId === 'getCommits') return { recordings: this.#commits(input.recordingIds as string[]), serverTime };
    if (operationId === 'openAgentChannel') return { ...this.#ticket(), serverTime };
    return { ...this.#handleSession(operationId, input), serverTime };
  }

  #handleSession(operationId: string, input: Record<string, unknown>): object {
    if (operationId === 'reportNotice') this.noticeReports.push(input as NoticeReport & { sessionId: string });
    if (operationId === 'reportSessions') {
      const sessions = input.sessions as { sessionId: string; recording: SessionRecording; hasEnded: boolean }[];
      for (const { sessionId, ...report } of sessions) this.reported.set(sessionId, report);
      return { commands: this.pending };
    }
    if (operationId === 'settleCommand') {
      const { commandId, ...answer } = input;
      this.settled.set(String(commandId), answer as { state: string; recording: SessionRecording });
    }
    if (operationId === 'reviewSession') {
      this.reviews.push(input);
      return { outcome: this.reviewOutcome, decision: this.#decision() };
    }
    return {};
  }

  #ticket() {
    return { url: this.#channel.openTicket(this.url), expiresAt: new Date(this.nowMs() + 60_000).toISOString() };
  }

  #enrol(publicKey: string) {
    this.enrolledKeys.push(publicKey);
    this.#rawDeviceKey = Buffer.from(publicKey, 'base64');
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), this.#rawDeviceKey]);
    this.#devicePublicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const wrappingKey = this.wrapping.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return {
      agentId: this.#agentId,
      certificate: { payload: '{}', signature: 'AAAA' },
      wrappingKey: { keyId: 'arn:aws:kms:test', publicKey: wrappingKey },
    };
  }

  #decision(): RecordingDecision {
    return {
      action: this.action,
      policyId: this.action,
      policyName: 'test',
      policyVersion: 1,
      ruleId: 'all',
      ruleName: 'everyone',
      matchedCriteria: [],
      outranked: [],
      reason: this.action === 'do-not-record' ? 'Nobody is recorded.' : 'Everybody is recorded.',
      options: decidedOptionsSchema.parse({
        uploadIntervalSeconds: this.uploadIntervalSeconds,
        keyImageIntervalSeconds: 60,
        ...this.ruleOptions,
      }),
      ...(this.notice && { notice: this.notice }),
      decidedAt: new Date(this.nowMs()).toISOString(),
    };
  }

  #grant(recordingId: string, chunks: unknown) {
    if (!this.recordings.has(recordingId)) throw new ServiceProblem('recording-not-found');
    return (chunks as { firstSequence: number; sizeBytes: number; sha256: string }[]).map(
      ({ sizeBytes, sha256, firstSequence }) => {
        const objectKey = `chunks/${recordingId}/${firstSequence}-${sha256.replaceAll(/\W/g, '')}`;
        this.#grants.set(objectKey, { sizeBytes, sha256, recordingId });
        const expiresAt = new Date(this.nowMs() + 60_000).toISOString();
        return { objectKey, url: `${this.url}/${objectKey}`, headers: { 'x-amz-checksum-sha256': sha256 }, expiresAt };
      },
    );
  }

  async #countPut(put: () => Promise<Refusal>): Promise<Refusal> {
    this.#uploadsUnderWay++;
    this.mostUploadsTogether = Math.max(this.mostUploadsTogether, this.#uploadsUnderWay);
    try {
      if (this.uploadMs > 0) await delay(this.uploadMs);
      return await put();
    } finally {
      this.#uploadsUnderWay--;
    }
  }

  async #put(objectKey: string, request: IncomingMessage, body: Buffer): Promise<Refusal> {
    this.calls.push('PUT');
    this.uploadedKeys.push(objectKey);
    const grant = this.#grants.get(objectKey);
    const sha256 = createHash('sha256').update(body).digest('base64');
    const isGranted = grant && grant.sizeBytes === body.length && grant.sha256 === sha256;
    if (!isGranted || request.headers['x-amz-checksum-sha256'] !== sha256) return { status: 403, body: undefined };
    const recording = this.recordings.get(grant.recordingId);
    for (const { offset, length, header } of splitSegments(body)) {
      const bytes = body.subarray(offset, offset + length);
      if (this.rejectSequences.has(header.sequence)) {
        recording?.rejections.push({ sequence: header.sequence, objectKey, reason: 'hash-mismatch' });
        continue;
      }
      await verifySegment(bytes, { publicKey: this.devicePublicKey });
      const known = recording?.segments.get(header.sequence);
      if (known && !known.equals(bytes)) {
        recording?.rejections.push({ sequence: header.sequence, objectKey, reason: 'sequence-conflict' });
      } else recording?.segments.set(header.sequence, Buffer.from(bytes));
    }
    return { status: 200, body: undefined };
  }

  #commits(recordingIds: readonly string[]) {
    return recordingIds.map((recordingId) => {
      const recording = this.recordings.get(recordingId);
      if (!recording) throw new ServiceProblem('recording-not-found');
      const contiguousSequence = this.doesCommit ? this.contiguousSequence(recording) : 0;
      const beyond = [...recording.segments.keys()].filter(
        (sequence) => this.doesCommit && sequence > contiguousSequence,
      );
      const storedBeyond = beyond.map((sequence) => [sequence, sequence]);
      const watchedUntil = this.watchedUntil.get(recordingId);
      const watched = watchedUntil === undefined ? {} : { watchedUntil };
      const { rejections } = recording;
      return { recordingId, state: 'live', contiguousSequence, storedBeyond, rejections, ...watched };
    });
  }
}

function matchPath(route: RouteContract, method: string, path: string): Record<string, string> | undefined {
  const pattern = new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const match = method === route.method ? pattern.exec(path) : null;
  return match ? { ...match.groups } : undefined;
}
