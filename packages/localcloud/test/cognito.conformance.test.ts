import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createTestKernel } from '../src/kernel/testing.ts';
import { type HttpListener, listen } from '../src/server/http-listener.ts';
import { type Cognito, createCognito } from '../src/services/cognito/index.ts';
import type { WebRequest, WebResponse } from '../src/services/web/web-exchange.ts';
import { createWebHandler } from '../src/web-routes.ts';
import { provisionWith } from './lambda-fixture.ts';

const harness = createTestKernel();
const callback = 'http://console.example/signed-in';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const anna = {
  username: 'anna',
  password: 'Correct-horse-1',
  name: 'Anna <A>',
  email: 'anna@example.com',
  groups: ['auditors'],
};
let listener: HttpListener;
let endpoint: string;
let poolId: string;
let clientId: string;

beforeAll(async () => {
  let cognito: Cognito | undefined;
  const nothing = async (): Promise<WebResponse> => ({ status: 404, headers: {} });
  const issuer = (request: WebRequest): Promise<WebResponse> => cognito?.handle(request) ?? nothing();
  listener = await listen(createWebHandler({ issuer, api: nothing, site: nothing }), '127.0.0.1', 0);
  endpoint = `http://127.0.0.1:${listener.port}`;
  cognito = createCognito(harness.kernel, { endpoint, demoUsers: [anna], showDemoUsers: true });
  poolId = await provisionWith(cognito.providers, 'AWS::Cognito::UserPool', 'People', {});
  clientId = await provisionWith(cognito.providers, 'AWS::Cognito::UserPoolClient', 'Client', {
    UserPoolId: poolId,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    CallbackURLs: [callback],
    LogoutURLs: ['http://console.example/signed-out'],
    AccessTokenValidity: 10,
    TokenValidityUnits: { AccessToken: 'minutes' },
  });
});

afterAll(async () => {
  await listener.close(500);
  harness.cleanup();
});

function authorizeQuery(overrides: Record<string, string> = {}): string {
  return new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...overrides,
  }).toString();
}

function authorize(overrides: Record<string, string> = {}, cookie = ''): Promise<Response> {
  return fetch(`${endpoint}/oidc/oauth2/authorize?${authorizeQuery(overrides)}`, {
    redirect: 'manual',
    headers: { cookie },
  });
}

function signIn(username = 'anna', password = anna.password): Promise<Response> {
  const body = new URLSearchParams({ username, password });
  return fetch(`${endpoint}/oidc/login?${authorizeQuery()}`, { method: 'POST', redirect: 'manual', body });
}

async function freshCode(): Promise<string> {
  const location = (await signIn()).headers.get('location') ?? '';
  return new URL(location).searchParams.get('code') ?? '';
}

async function callToken(form: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> {
  const body = new URLSearchParams({ client_id: clientId, ...form });
  const response = await fetch(`${endpoint}/oidc/oauth2/token`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function freshTokens(): Promise<Record<string, string>> {
  const form = {
    grant_type: 'authorization_code',
    code: await freshCode(),
    redirect_uri: callback,
    code_verifier: verifier,
  };
  return (await callToken(form)).body;
}

describe('signing in', () => {
  test('shows a page that names the demo users, escaped, and needs nothing from elsewhere', async () => {
    const response = await authorize();
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('Anna &#60;A&#62;');
    expect(html).not.toContain(anna.password);
    expect(html).not.toMatch(/src=|href=|<script/);
    expect(response.headers.get('content-security-policy')).toContain("form-action 'self' http://console.example");
  });

  test('goes back to the client with a code and its state, by username or e-mail address', async () => {
    for (const name of ['anna', 'anna@example.com']) {
      const url = new URL((await signIn(name)).headers.get('location') ?? '');
      expect(url.origin + url.pathname).toBe(callback);
      expect(url.searchParams.get('state')).toBe('state-1');
      expect(url.searchParams.get('code')).toBeTruthy();
    }
  });

  test('refuses a wrong name or password alike', async () => {
    const wrong = await Promise.all([signIn('anna', 'nope'), signIn('nobody', anna.password)]);
    expect(wrong.map(({ status }) => status)).toEqual([401, 401]);
    expect(await wrong[0]?.text()).toContain('role="alert"');
  });

  test('is remembered by cookie until sign-out, which only goes to addresses of the client', async () => {
    const cookie = (await signIn()).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await authorize({}, cookie)).status).toBe(302);
    expect((await authorize({ prompt: 'login' }, cookie)).status).toBe(200);
    const logout = (uri: string): Promise<Response> =>
      fetch(`${endpoint}/oidc/logout?client_id=${clientId}&logout_uri=${encodeURIComponent(uri)}`, {
        redirect: 'manual',
        headers: { cookie },
      });
    expect((await logout('http://evil.example/')).status).toBe(400);
    expect((await logout('http://console.example/signed-out')).headers.get('location')).toBe(
      'http://console.example/signed-out',
    );
    expect((await authorize({}, cookie)).status).toBe(200);
  });

  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect address that is not registered', { redirect_uri: `${callback}/x` }],
  ])('sends nobody anywhere for %s', async (_what, overrides) => {
    const response = await authorize(overrides as Record<string, string>);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  test.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'openid phone' }],
    ['invalid_request', { code_challenge: '' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['login_required', { prompt: 'none' }],
  ])('tells the client %s', async (error, overrides) => {
    const response = await authorize(overrides as Record<string, string>);
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe(error);
  });
});

describe('tokens', () => {
  test("verify against the issuer's published keys and carry Cognito's claims", async () => {
    const issuer = `${endpoint}/oidc/${poolId}`;
    const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    expect(discovery).toMatchObject({ issuer, token_endpoint: `${endpoint}/oidc/oauth2/token` });
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri ?? ''));
    const { access_token = '', id_token = '', expires_in } = await freshTokens();
    expect(expires_in).toBe(600);
    const access = (await jwtVerify(access_token, keys, { issuer, algorithms: ['RS256'] })).payload;
    expect(access).toMatchObject({
      token_use: 'access',
      client_id: clientId,
      username: 'anna',
      scope: 'openid email',
      'cognito:groups': ['auditors'],
    });
    const id = (await jwtVerify(id_token, keys, { issuer, audience: clientId })).payload;
    expect(id).toMatchObject({
      token_use: 'id',
      sub: access.sub,
      nonce: 'nonce-1',
      email: anna.email,
      name: anna.name,
      'cognito:username': 'anna',
    });
  });

  test('come once for a code, and only with its verifier and redirect address', async () => {
    const right = { grant_type: 'authorization_code', redirect_uri: callback, code_verifier: verifier };
    const code = await freshCode();
    expect((await callToken({ ...right, code })).status).toBe(200);
    expect(await callToken({ ...right, code })).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    for (const wrong of [{ code_verifier: 'w'.repeat(43) }, { redirect_uri: 'http://elsewhere' }]) {
      expect((await callToken({ ...right, code: await freshCode(), ...wrong })).status).toBe(400);
    }
    expect((await callToken({ ...right, code: await freshCode(), client_id: 'other' })).body).toEqual({
      error: 'invalid_client',
    });
  });

  test('come again for a refresh token until it is revoked', async () => {
    const { refresh_token = '' } = await freshTokens();
    const refreshed = await callToken({ grant_type: 'refresh_token', refresh_token });
    expect(refreshed.body).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) });
    expect(refreshed.body).not.toHaveProperty('refresh_token');
    const body = new URLSearchParams({ client_id: clientId, token: refresh_token });
    expect((await fetch(`${endpoint}/oidc/oauth2/revoke`, { method: 'POST', body })).status).toBe(200);
    expect((await callToken({ grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });

  test('open the user info', async () => {
    const { access_token, id_token } = await freshTokens();
    const info = (token = ''): Promise<Response> =>
      fetch(`${endpoint}/oidc/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await info(access_token)).json()).toMatchObject({ username: 'anna', email: anna.email });
    expect((await info(id_token)).status).toBe(401);
    expect((await info('garbage')).status).toBe(401);
  });
});

test('subjects and signing keys outlive a restart', async () => {
  const { access_token = '' } = await freshTokens();
  const again = createCognito(harness.kernel, { endpoint, demoUsers: [anna], showDemoUsers: false });
  await provisionWith(again.providers, 'AWS::Cognito::UserPool', 'People', {});
  const answer = await again.handle({
    method: 'GET',
    rawPath: '/oidc/oauth2/userInfo',
    rawQuery: '',
    headers: { authorization: `Bearer ${access_token}` },
    sourceIp: '127.0.0.1',
    protocol: 'HTTP/1.1',
    readBody: async () => Buffer.alloc(0),
  });
  expect(answer.status).toBe(200);
});
