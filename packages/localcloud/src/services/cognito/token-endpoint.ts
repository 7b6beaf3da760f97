import { createHash, randomUUID } from 'node:crypto';
import { jsonAnswer, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import type { Grant } from './grant-store.ts';
import type { IssuerParts } from './issuer-parts.ts';
import type { Client } from './pool-model.ts';
import type { User } from './user-store.ts';

const formLimitBytes = 64 * 1024;
const crossOrigin = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };

/** `POST /oauth2/token`: a code with its PKCE verifier, or a refresh token, for tokens as Cognito makes them. */
export async function answerToken(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const form = await readForm(request);
  const client = parts.pool().clients.get(form.get('client_id') ?? '');
  if (!client) return oauthError('invalid_client');
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return redeemCode(parts, client, form);
    case 'refresh_token':
      return redeemRefreshToken(parts, client, form);
    default:
      return oauthError('unsupported_grant_type');
  }
}

/** `POST /oauth2/revoke`: a revoked refresh token gives no more tokens; an unknown one is 200 too (RFC 7009). */
export async function answerRevoke(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const form = await readForm(request);
  if (!parts.pool().clients.has(form.get('client_id') ?? '')) return oauthError('invalid_client');
  parts.grants.revoke(form.get('token') ?? '');
  return { status: 200, headers: crossOrigin, body: '' };
}

/** `GET /oauth2/userInfo` with an access token of the scope `openid`. */
export async function answerUserInfo(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const token = (request.headers.authorization ?? '').replace(/^Bearer +/i, '');
  const claims = await parts.signer.verify(token, parts.pool().issuer, parts.now());
  const isAccessToken = claims?.token_use === 'access' && String(claims.scope).split(' ').includes('openid');
  const user = isAccessToken ? parts.users.find(String(claims.username)) : undefined;
  if (!user) {
    return jsonAnswer(
      401,
      { error: 'invalid_token' },
      { ...crossOrigin, 'www-authenticate': 'Bearer error="invalid_token"' },
    );
  }
  const { sub, email, name, username } = user;
  return jsonAnswer(200, { sub, email_verified: 'true', name, email, username }, crossOrigin);
}

export async function readForm(request: WebRequest): Promise<URLSearchParams> {
  return new URLSearchParams((await request.readBody(formLimitBytes)).toString('utf8'));
}

async function redeemCode(parts: IssuerParts, client: Client, form: URLSearchParams): Promise<WebResponse> {
  const terms = parts.grants.redeemCode(form.get('code') ?? '');
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  const isRight =
    terms?.grant.clientId === client.id &&
    terms.redirectUri === form.get('redirect_uri') &&
    terms.codeChallenge === challenge;
  if (!isRight) return oauthError('invalid_grant');
  const refreshToken = parts.grants.issueRefreshToken(terms.grant, client.refreshTokenSeconds);
  return issueTokens(parts, client, terms.grant, { refreshToken, nonce: terms.nonce });
}

async function redeemRefreshToken(parts: IssuerParts, client: Client, form: URLSearchParams): Promise<WebResponse> {
  const grant = parts.grants.findRefreshToken(form.get('refresh_token') ?? '');
  return grant?.clientId === client.id ? issueTokens(parts, client, grant, {}) : oauthError('invalid_grant');
}

async function issueTokens(
  parts: IssuerParts,
  client: Client,
  grant: Grant,
  { refreshToken, nonce }: { refreshToken?: string; nonce?: string | undefined },
): Promise<WebResponse> {
  const user = parts.users.find(grant.username);
  if (!user) return oauthError('invalid_grant');
  const nowS = Math.floor(parts.now() / 1000);
  const common = {
    sub: user.sub,
    ...(user.groups.length > 0 && { 'cognito:groups': user.groups }),
    iss: parts.pool().issuer,
    origin_jti: grant.originId,
    event_id: randomUUID(),
    auth_time: grant.authenticatedAtS,
    iat: nowS,
  };
  const accessToken = await parts.signer.sign({
    ...common,
    version: 2,
    client_id: client.id,
    token_use: 'access',
    scope: grant.scopes.join(' '),
    exp: nowS + client.accessTokenSeconds,
    jti: randomUUID(),
    username: user.username,
  });
  const idToken = grant.scopes.includes('openid')
    ? await parts.signer.sign({
        ...common,
        ...idClaims(user, client, accessToken, nonce),
        exp: nowS + client.idTokenSeconds,
      })
    : undefined;
  const answer = {
    id_token: idToken,
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: client.accessTokenSeconds,
    token_type: 'Bearer',
  };
  return jsonAnswer(200, answer, crossOrigin);
}

function idClaims(user: User, client: Client, accessToken: string, nonce: string | undefined) {
  return {
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    aud: client.id,
    token_use: 'id',
    jti: randomUUID(),
    'cognito:username': user.username,
    email: user.email,
    email_verified: true,
    name: user.name,
    ...(nonce !== undefined && { nonce }),
  };
}

function oauthError(error: string): WebResponse {
  return jsonAnswer(400, { error }, crossOrigin);
}
