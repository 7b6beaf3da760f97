import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { ApiExchange, Authorizer } from '../api-gateway/api-model.ts';
import { type Authorization, forbidden, unauthorized } from './authorization.ts';
import { identityValues } from './identity-sources.ts';

type JwtAuthorizerDefinition = Extract<Authorizer, { kind: 'jwt' }>;

/** How long the keys of an issuer are kept. */
const keysLifeMs = 5 * 60_000;

interface KeysOfIssuer {
  keys: JWTVerifyGetKey;
  fetchedAtMs: number;
}

/** JWT authorizers: the issuer is discovered over HTTP; RS256 alone; `aud` or, where there is none, `client_id`. */
export class JwtAuthorizers {
  readonly #now: () => number;
  readonly #keysByIssuer = new Map<string, KeysOfIssuer>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async authorize(authorizer: JwtAuthorizerDefinition, exchange: ApiExchange): Promise<Authorization> {
    const [value] = identityValues(authorizer.identitySources, exchange) ?? [];
    if (value === undefined) return unauthorized('Bearer');
    const claims = await this.#verify(authorizer, value.replace(/^Bearer +/i, ''));
    if (typeof claims === 'string') {
      return unauthorized(`Bearer scope="" error="invalid_token" error_description="${claims}"`);
    }
    const wanted = exchange.route.scopes;
    const scopes = grantedScopes(claims).filter((scope) => wanted.includes(scope));
    if (wanted.length > 0 && scopes.length === 0) {
      return forbidden(`Bearer scope="${wanted.join(' ')}" error="insufficient_scope"`);
    }
    const jwt = { claims: renderClaims(claims), scopes: wanted.length > 0 ? scopes : null };
    return { kind: 'allowed', result: { jwt } };
  }

  /** The claims, or why the token is not good. */
  async #verify({ issuer, audience }: JwtAuthorizerDefinition, token: string): Promise<JWTPayload | string> {
    const nowMs = this.#now();
    try {
      const { payload } = await jwtVerify(token, await this.#keysOf(issuer), {
        algorithms: ['RS256'],
        issuer,
        requiredClaims: ['exp'],
        currentDate: new Date(nowMs),
      });
      if ((payload.iat ?? 0) * 1000 > nowMs) return 'the token is issued in the future';
      return hasAudience(payload, audience) ? payload : 'the token does not have a valid audience';
    } catch (error) {
      return describeFailure(error);
    }
  }

  async #keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#keysByIssuer.get(issuer);
    if (known && this.#now() - known.fetchedAtMs < keysLifeMs) return known.keys;
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { jwks_uri: jwksUri } = (await response.json()) as { jwks_uri: string };
    const keys = createRemoteJWKSet(new URL(jwksUri));
    this.#keysByIssuer.set(issuer, { keys, fetchedAtMs: this.#now() });
    return keys;
  }
}

function hasAudience(claims: JWTPayload, audience: readonly string[]): boolean {
  const given = claims.aud ?? claims.client_id;
  const list = Array.isArray(given) ? given : [given];
  return list.some((one) => typeof one === 'string' && audience.includes(one));
}

function grantedScopes({ scope, scp }: JWTPayload): string[] {
  const value = scope ?? scp;
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ') : [];
}

/** API Gateway hands all claims over as text; lists become `[a b]`. */
function renderClaims(claims: JWTPayload): Record<string, string> {
  const render = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(render).join(' ')}]`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, render(value)]));
}

function describeFailure(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim} claim`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'signing method is invalid';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature is invalid';
  return 'the token could not be verified';
}
