import { type Agent, type AgentId, agentIdSchema, agentRoutes } from '@afterimage/contracts';
import { type AgentStore, type Clock, decodeBase64, nowIso } from '@afterimage/core';
import { decodeJwt, importJWK, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import * as z from 'zod';
import type { AgentRefusal } from '../_runtime/http/agent-refusals.ts';

export interface AuthorizeAgentDependencies {
  agents: Pick<AgentStore, 'find' | 'useTokenId' | 'noteHeard'>;
  clock: Clock;
}

export interface AgentRequest {
  /** The `authorization` header. */
  authorization: string | undefined;
  method: string;
  /** Without the query. */
  path: string;
}

export type Refused =
  | 'no-token'
  | 'malformed'
  | 'unknown-agent'
  | 'not-trusted'
  | 'not-now'
  | 'invalid'
  | 'other-request'
  | 'replayed';
export type AgentVerdict =
  | { isAuthorized: true; agentId: AgentId }
  /** Let through to be told why: the route's function knows no agent then, and answers with the problem alone. */
  | { isAuthorized: true; refusal: AgentRefusal }
  | { isAuthorized: false; reason: Refused };

const audience = 'afterimage-agent';
const maxLifetimeSeconds = 120;
/** Clocks that both were set a moment ago still differ a little. */
const toleranceSeconds = 5;
/** Revocation is effective in a minute at most; this is half of it. */
const cacheMs = 30_000;
const noteHeardEveryMs = 60_000;
const maxCachedAgents = 5000;

const claimsSchema = z.object({
  jti: z.string().min(8).max(128),
  iat: z.int(),
  exp: z.int(),
  req: z.string().max(2048),
});

type Claims = z.infer<typeof claimsSchema>;

interface CachedAgent {
  agent: Agent;
  readAtMs: number;
}

/**
 * Believes a request when the device key of an enrolled agent signed exactly this request a moment ago, and for the
 * first time: EdDSA, audience, lifetime, `req` = `METHOD path`, `jti` once.
 */
export class AgentAuthorizer {
  readonly #dependencies: AuthorizeAgentDependencies;
  readonly #cache = new Map<AgentId, CachedAgent>();
  readonly #notedAtMs = new Map<AgentId, number>();

  constructor(dependencies: AuthorizeAgentDependencies) {
    this.#dependencies = dependencies;
  }

  async authorize(request: AgentRequest): Promise<AgentVerdict> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.authorization ?? '')?.[1];
    if (token === undefined) return refused('no-token');
    const agentId = readIssuer(token);
    if (agentId === undefined) return refused('malformed');
    const agent = await this.#findAgent(agentId);
    if (agent === undefined) return refused('unknown-agent');
    const claims = await this.#verify(token, agent);
    if (claims === 'not-now') return explained(request, 'unauthenticated', 'not-now');
    if (claims === 'invalid') return refused('invalid');
    if (claims.req !== `${request.method} ${request.path}`) return refused('other-request');
    if (agent.state !== 'enrolled') return explained(request, 'agent-not-trusted', 'not-trusted');
    const isFirstUse = await this.#dependencies.agents.useTokenId(
      agentId,
      claims.jti,
      (claims.exp + toleranceSeconds) * 1000,
    );
    if (!isFirstUse) return refused('replayed');
    await this.#noteHeard(agentId);
    return { isAuthorized: true, agentId };
  }

  /** `not-now`: the device signed it, but its lifetime is over or has not begun. */
  async #verify(token: string, agent: Agent): Promise<Claims | 'not-now' | 'invalid'> {
    const x = Buffer.from(decodeBase64(agent.publicKey)).toString('base64url');
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA', 'Ed25519'],
        audience,
        issuer: agent.agentId,
        maxTokenAge: maxLifetimeSeconds,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(this.#dependencies.clock.nowMs()),
      });
      return readClaims(payload);
    } catch (error) {
      if (isOfAnotherTime(error)) return 'not-now';
      if (error instanceof joseErrors.JOSEError) return 'invalid';
      throw error;
    }
  }

  async #findAgent(agentId: AgentId): Promise<Agent | undefined> {
    const nowMs = this.#dependencies.clock.nowMs();
    const cached = this.#cache.get(agentId);
    if (cached !== undefined && nowMs - cached.readAtMs < cacheMs) return cached.agent;
    const agent = await this.#dependencies.agents.find(agentId);
    if (this.#cache.size >= maxCachedAgents) this.#cache.clear();
    if (agent === undefined) this.#cache.delete(agentId);
    else this.#cache.set(agentId, { agent, readAtMs: nowMs });
    return agent;
  }

  async #noteHeard(agentId: AgentId): Promise<void> {
    const { agents, clock } = this.#dependencies;
    const nowMs = clock.nowMs();
    if (nowMs - (this.#notedAtMs.get(agentId) ?? 0) < noteHeardEveryMs) return;
    if (this.#notedAtMs.size >= maxCachedAgents) this.#notedAtMs.clear();
    this.#notedAtMs.set(agentId, nowMs);
    await agents.noteHeard(agentId, nowIso(clock));
  }
}

function readIssuer(token: string): AgentId | undefined {
  try {
    return agentIdSchema.safeParse(decodeJwt(token).iss).data;
  } catch {
    return undefined;
  }
}

function readClaims(payload: JWTPayload): Claims | 'invalid' {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success || claims.data.exp - claims.data.iat > maxLifetimeSeconds) return 'invalid';
  return claims.data;
}

/** jose looks at the times after the signature. */
function isOfAnotherTime(error: unknown): boolean {
  if (error instanceof joseErrors.JWTExpired) return true;
  return (
    error instanceof joseErrors.JWTClaimValidationFailed && error.claim === 'iat' && error.reason === 'check_failed'
  );
}

/** Only a function can explain: what goes from the API into a queue is refused at the door. */
function explained({ method, path }: AgentRequest, refusal: AgentRefusal, reason: Refused): AgentVerdict {
  const isForQueue = agentRoutes.some(
    (route) => route.integration.kind === 'queue' && route.method === method && route.path === path,
  );
  return isForQueue ? refused(reason) : { isAuthorized: true, refusal };
}

function refused(reason: Refused): AgentVerdict {
  return { isAuthorized: false, reason };
}
