import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import * as z from 'zod';
import type { StoredSession } from './stored-session.ts';

/** Registered with the identity provider beside the console's own address. */
const callbackPort = 8976;
const redirectUri = `http://localhost:${callbackPort}/callback`;
const signInTimeoutMs = 5 * 60 * 1000;

const consoleSchema = z.object({ issuer: z.url(), clientId: z.string(), scope: z.string() });
const discoverySchema = z.object({ authorization_endpoint: z.url(), token_endpoint: z.url() });
const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number(),
});

async function getJson<S extends z.ZodType>(url: string, schema: S): Promise<z.output<S>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return schema.parse(await response.json());
}

/** Authorization code with PKCE over a loopback redirect (RFC 8252). `show` gets the address to open in a browser. */
export async function signIn(server: string, nowMs: () => number, show: (url: string) => void): Promise<StoredSession> {
  const { issuer, clientId, scope } = await getJson(new URL('/config.json', server).href, consoleSchema);
  const discovery = await getJson(`${issuer}/.well-known/openid-configuration`, discoverySchema);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = new URL(discovery.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const code = await awaitCode(state, () => show(url.href));
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const base = { server, tokenEndpoint: discovery.token_endpoint, clientId };
  return { ...base, ...(await requestTokens(base.tokenEndpoint, { ...form, client_id: clientId }, nowMs())) };
}

/** Undefined when the identity provider no longer accepts the refresh token. */
export async function renew(session: StoredSession, nowMs: number): Promise<StoredSession | undefined> {
  if (session.refreshToken === undefined) return undefined;
  const form = { grant_type: 'refresh_token', refresh_token: session.refreshToken, client_id: session.clientId };
  try {
    return { ...session, ...(await requestTokens(session.tokenEndpoint, form, nowMs)) };
  } catch {
    return undefined;
  }
}

async function requestTokens(endpoint: string, form: Record<string, string>, nowMs: number) {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) });
  if (!response.ok) throw new Error(`the identity provider answered ${response.status}`);
  const tokens = tokensSchema.parse(await response.json());
  return {
    accessToken: tokens.access_token,
    expiresAtMs: nowMs + tokens.expires_in * 1000,
    ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
  };
}

function awaitCode(state: string, onListening: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', redirectUri);
      const code = url.searchParams.get('code');
      const isOurs = url.pathname === '/callback' && url.searchParams.get('state') === state;
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(isOurs ? 'Signed in. You can close this page and go back to the terminal.' : 'Not found');
      if (!isOurs) return;
      close();
      if (code === null) reject(new Error(url.searchParams.get('error') ?? 'no code came back'));
      else resolve(code);
    });
    const timer = setTimeout(() => {
      close();
      reject(new Error('nobody signed in within five minutes'));
    }, signInTimeoutMs);
    const close = () => {
      clearTimeout(timer);
      server.close();
    };
    server.on('error', reject);
    server.listen(callbackPort, 'localhost', onListening);
  });
}
