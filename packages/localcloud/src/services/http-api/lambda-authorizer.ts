import { type ApiExchange, type Authorizer, executeApiArn } from '../api-gateway/api-model.ts';
import { invokeWithin } from '../api-gateway/function-integration.ts';
import type { InvocationSource } from '../lambda/index.ts';
import { assumeRole } from '../lambda/role-principal.ts';
import { jsonAnswer } from '../web/web-exchange.ts';
import { type Authorization, forbidden, unauthorized } from './authorization.ts';
import type { HttpApiDependencies } from './dependencies.ts';
import { identityValues } from './identity-sources.ts';
import { requestParts } from './proxy-event.ts';

type LambdaAuthorizerDefinition = Extract<Authorizer, { kind: 'function' }>;

const cacheLimit = 1_000;
/** A quota of HTTP APIs. What the caller presented may be worth nothing any more when it is looked at later. */
const answerLimitMs = 10_000;

interface CachedAnswer {
  payload: unknown;
  expiresAtMs: number;
}

/** Lambda authorizers, payload format 2.0: simple answers or IAM policies, kept for the authorizer's lifetime of results. */
export class LambdaAuthorizers {
  readonly #invoke: HttpApiDependencies['invokeFor'];
  readonly #now: () => number;
  readonly #cache = new Map<string, CachedAnswer>();

  constructor(invoke: HttpApiDependencies['invokeFor'], now: () => number) {
    this.#invoke = invoke;
    this.#now = now;
  }

  async authorize(authorizer: LambdaAuthorizerDefinition, exchange: ApiExchange): Promise<Authorization> {
    const identity = identityValues(authorizer.identitySources, exchange);
    if (identity === undefined) return unauthorized();
    const key = JSON.stringify([exchange.api.id, authorizer.id, ...identity]);
    const cached = this.#cache.get(key);
    if (cached && cached.expiresAtMs > this.#now()) return judge(authorizer, cached.payload, exchange);
    const event = {
      ...requestParts(exchange),
      type: 'REQUEST',
      routeArn: routeArn(exchange),
      identitySource: identity,
    };
    const outcome = await invokeWithin(answerLimitMs, (patience) =>
      this.#invoke(sourceOf(authorizer, exchange), authorizer.functionArn, event, patience),
    );
    if (outcome === 'late' || !outcome.ok) return failed();
    if (authorizer.cacheTtlSeconds > 0) this.#remember(key, outcome.payload, authorizer.cacheTtlSeconds);
    return judge(authorizer, outcome.payload, exchange);
  }

  #remember(key: string, payload: unknown, ttlSeconds: number): void {
    const oldest = this.#cache.keys().next();
    if (this.#cache.size >= cacheLimit && !oldest.done) this.#cache.delete(oldest.value);
    this.#cache.set(key, { payload, expiresAtMs: this.#now() + ttlSeconds * 1000 });
  }
}

function sourceOf(authorizer: LambdaAuthorizerDefinition, { api }: ApiExchange): InvocationSource {
  return authorizer.roleArn === undefined
    ? {
        kind: 'service',
        service: 'apigateway.amazonaws.com',
        sourceArn: executeApiArn(api.id, 'authorizers', authorizer.id),
      }
    : { kind: 'role', principal: assumeRole(authorizer.roleArn, 'apigateway') };
}

function routeArn({ api, stage, request, path }: ApiExchange): string {
  return executeApiArn(api.id, stage.name, `${request.method}${path}`);
}

function failed(): Authorization {
  return { kind: 'refused', response: jsonAnswer(500, { message: 'Internal Server Error' }) };
}

function judge(authorizer: LambdaAuthorizerDefinition, payload: unknown, exchange: ApiExchange): Authorization {
  if (typeof payload !== 'object' || payload === null) return failed();
  const answer = payload as { isAuthorized?: unknown; policyDocument?: unknown; context?: unknown };
  if (authorizer.hasSimpleResponses && typeof answer.isAuthorized !== 'boolean') return failed();
  const isAllowed = authorizer.hasSimpleResponses
    ? answer.isAuthorized === true
    : allowsInvocation(answer.policyDocument, routeArn(exchange));
  if (!isAllowed) return forbidden();
  const context = typeof answer.context === 'object' && answer.context !== null ? answer.context : {};
  return { kind: 'allowed', result: { lambda: { ...context } } };
}

/** Evaluates an authorizer's IAM policy for one route: an Allow and no Deny. */
function allowsInvocation(document: unknown, arn: string): boolean {
  const statements = asList((document as { Statement?: unknown } | undefined)?.Statement);
  const effects = statements
    .map((statement) => statement as { Effect?: string; Action?: unknown; Resource?: unknown })
    .filter(({ Action, Resource }) => matchesAny(Action, 'execute-api:Invoke') && matchesAny(Resource, arn))
    .map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function matchesAny(patterns: unknown, value: string): boolean {
  return asList(patterns).some((pattern) => {
    const source = String(pattern).replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(value);
  });
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
