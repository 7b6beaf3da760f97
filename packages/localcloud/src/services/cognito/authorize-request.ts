import type { Client, Pool } from './pool-model.ts';

/** A sign-in request whose client and redirect address are known good. */
export interface AuthorizeRequest {
  client: Client;
  redirectUri: string;
  state: string | undefined;
  scopes: string[];
  codeChallenge: string;
  nonce: string | undefined;
  prompt: string | undefined;
}

export type AuthorizeParse =
  | { kind: 'request'; request: AuthorizeRequest }
  /** The client or its address is not to be trusted: nothing is sent there. */
  | { kind: 'refused'; reason: string }
  | { kind: 'error'; redirectUri: string; state: string | undefined; error: string; description: string };

/** Checks an authorization request: code flow with PKCE S256 alone, exact redirect addresses, the client's scopes. */
export function parseAuthorizeRequest(pool: Pool, query: URLSearchParams): AuthorizeParse {
  const client = pool.clients.get(query.get('client_id') ?? '');
  if (!client) return { kind: 'refused', reason: 'The client does not exist.' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!client.callbackUrls.includes(redirectUri)) {
    return {
      kind: 'refused',
      reason: 'redirect_mismatch: the redirect address is none of the client’s callback URLs.',
    };
  }
  const state = query.get('state') ?? undefined;
  const scopes = (query.get('scope') ?? client.scopes.join(' ')).split(' ').filter(Boolean);
  const codeChallenge = query.get('code_challenge') ?? '';
  const fail = (error: string, description: string): AuthorizeParse => ({
    kind: 'error',
    redirectUri,
    state,
    error,
    description,
  });
  if (query.get('response_type') !== 'code') return fail('unsupported_response_type', 'Only code is supported');
  if (!scopes.every((scope) => client.scopes.includes(scope))) return fail('invalid_scope', 'Scope not allowed');
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(codeChallenge)) {
    return fail('invalid_request', 'code_challenge with the method S256 is required');
  }
  const nonce = query.get('nonce') ?? undefined;
  const prompt = query.get('prompt') ?? undefined;
  return { kind: 'request', request: { client, redirectUri, state, scopes, codeChallenge, nonce, prompt } };
}

/** Adds an answer's parameters to the client's address. */
export function redirectBack(redirectUri: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
