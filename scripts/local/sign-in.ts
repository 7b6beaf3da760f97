import { createHash, randomBytes } from 'node:crypto';
import type { Person } from './people.ts';

/** Signs a person in over the same pages and redirects that a browser goes through. @returns an access token */
export async function signInOnPage(endpoint: string, person: Pick<Person, 'username' | 'password'>): Promise<string> {
  const { issuer, clientId, scope } = await getJson(`${endpoint}/config.json`);
  const discovery = await getJson(`${issuer}/.well-known/openid-configuration`);
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${endpoint}/signed-in`;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: String(clientId),
    redirect_uri: redirectUri,
    scope: String(scope),
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await (await fetch(`${discovery.authorization_endpoint}?${query}`)).text();
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error('the sign-in page has no form');
  const target = new URL(
    action.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    endpoint,
  );
  const { username, password } = person;
  const answer = await fetch(target, {
    method: 'POST',
    body: new URLSearchParams({ username, password }),
    redirect: 'manual',
  });
  const code = new URL(answer.headers.get('location') ?? '', endpoint).searchParams.get('code');
  if (code === null) throw new Error(`${username} could not sign in: ${answer.status}`);
  const tokens = await fetch(String(discovery.token_endpoint), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: String(clientId),
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  const { access_token: accessToken } = (await tokens.json()) as { access_token?: string };
  if (accessToken === undefined) throw new Error(`no token for ${username}: ${tokens.status}`);
  return accessToken;
}

async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
