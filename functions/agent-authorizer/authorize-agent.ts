import { type Agent, type AgentId, agentIdSchema } from '@afterimage/contracts';
import { type AgentStore, type Clock, decodeBase64, nowIso } from '@afterimage/core';
import { decodeJwt, importJWK, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import * as z from 'zod';

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
  | 'invalid'
  | 'other-request'
  | 'replayed';
export type AgentVerdict = { isAuthorized: true; agentId: AgentId } | { isAuthorized: false; reason: Refused };

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
    if (agent.state !== 'enrolled') return refused('not-trusted');
    const claims = await this.#verify(token, agent);
    if (claims === undefined) return refused('invalid');
    if (claims.req !== `${request.method} ${request.path}`) return refused('other-request');
    const isFirstUse = await this.#dependencies.agents.useTokenId(
      agentId,
      claims.jti,
      (claims.exp + toleranceSeconds) * 1000,
    );
    if (!isFirstUse) return refused('replayed');
    await this.#noteHeard(agentId);
    return { isAuthorized: true, agentId };
  }

  async #verify(token: string, agent: Agent): Promise<z.infer<typeof claimsSchema> | undefined> {
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
      if (error instanceof joseErrors.JOSEError) return undefined;
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

function readClaims(payload: JWTPayload): z.infer<typeof claimsSchema> | undefined {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success || claims.data.exp - claims.data.iat > maxLifetimeSeconds) return undefined;
  return claims.data;
}

function refused(reason: Refused): AgentVerdict {
  return { isAuthorized: false, reason };
}
