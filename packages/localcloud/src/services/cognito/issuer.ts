import { jsonAnswer, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import { type AuthorizeRequest, parseAuthorizeRequest, redirectBack } from './authorize-request.ts';
import type { IssuerParts } from './issuer-parts.ts';
import { messagePage, signInPage } from './pages.ts';
import type { SignInSession } from './sign-in-sessions.ts';
import { answerRevoke, answerToken, answerUserInfo, readForm } from './token-endpoint.ts';

const open = { 'access-control-allow-origin': '*' };

/**
 * Cognito's public endpoints under `/oidc`: the pool's discovery document and keys at `/POOLID/.well-known/`, the
 * hosted domain's at `/oauth2/…`, `/login` and `/logout`.
 */
export async function answerIssuer(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const { id, issuer } = parts.pool();
  const path = request.rawPath.replace(/^\/oidc/, '');
  if (request.method === 'OPTIONS') return preflight();
  switch (`${request.method} ${path}`) {
    case `GET /${id}/.well-known/openid-configuration`:
      return jsonAnswer(200, discoveryDocument(issuer, id), open);
    case `GET /${id}/.well-known/jwks.json`:
      return jsonAnswer(200, parts.signer.publicKeys(), open);
    case 'GET /oauth2/authorize':
    case 'GET /login':
      return answerAuthorize(parts, request);
    case 'POST /login':
      return answerSignIn(parts, request);
    case 'POST /oauth2/token':
      return answerToken(parts, request);
    case 'POST /oauth2/revoke':
      return answerRevoke(parts, request);
    case 'GET /oauth2/userInfo':
      return answerUserInfo(parts, request);
    case 'GET /logout':
      return answerLogout(parts, request);
    default:
      return messagePage(404, 'Not found', 'There is nothing at this address.');
  }
}

function discoveryDocument(issuer: string, poolId: string): Record<string, unknown> {
  const domain = issuer.slice(0, -poolId.length - 1);
  return {
    issuer,
    authorization_endpoint: `${domain}/oauth2/authorize`,
    token_endpoint: `${domain}/oauth2/token`,
    userinfo_endpoint: `${domain}/oauth2/userInfo`,
    revocation_endpoint: `${domain}/oauth2/revoke`,
    end_session_endpoint: `${domain}/logout`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  };
}

async function answerAuthorize(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const parsed = parseAuthorizeRequest(parts.pool(), new URLSearchParams(request.rawQuery));
  if (parsed.kind === 'refused') return messagePage(400, 'Sign-in cannot begin', parsed.reason);
  if (parsed.kind === 'error') {
    const { error, description, state } = parsed;
    return redirect(redirectBack(parsed.redirectUri, { error, error_description: description, state }));
  }
  const { prompt, redirectUri, state } = parsed.request;
  const session = prompt === 'login' ? undefined : parts.sessions.find(request.headers.cookie);
  if (session) return redirect(returnWithCode(parts, parsed.request, session));
  if (prompt === 'none') return redirect(redirectBack(redirectUri, { error: 'login_required', state }));
  return showSignIn(parts, request, redirectUri, undefined);
}

async function answerSignIn(parts: IssuerParts, request: WebRequest): Promise<WebResponse> {
  const parsed = parseAuthorizeRequest(parts.pool(), new URLSearchParams(request.rawQuery));
  if (parsed.kind !== 'request') return messagePage(400, 'Sign-in cannot go on', 'The request is not valid any more.');
  const form = await readForm(request);
  const username = form.get('username') ?? '';
  const user = await parts.users.verify(username, form.get('password') ?? '');
  if (!user) return showSignIn(parts, request, parsed.request.redirectUri, username);
  const { session, cookie } = parts.sessions.begin(user.username);
  return redirect(returnWithCode(parts, parsed.request, session), cookie);
}

function answerLogout(parts: IssuerParts, request: WebRequest): WebResponse {
  const query = new URLSearchParams(request.rawQuery);
  const client = parts.pool().clients.get(query.get('client_id') ?? '');
  const logoutUri = query.get('logout_uri') ?? '';
  if (!client?.logoutUrls.includes(logoutUri)) {
    return messagePage(
      400,
      'Sign-out cannot go on',
      'client_id and logout_uri must name a client and one of its sign-out URLs.',
    );
  }
  return redirect(logoutUri, parts.sessions.end(request.headers.cookie));
}

function showSignIn(
  parts: IssuerParts,
  { rawQuery: query }: WebRequest,
  redirectUri: string,
  failedUsername: string | undefined,
): WebResponse {
  return signInPage({ query, users: parts.shownUsers, failedUsername, redirectUri });
}

function returnWithCode(parts: IssuerParts, request: AuthorizeRequest, session: SignInSession): string {
  const { client, redirectUri, codeChallenge, nonce, state, scopes } = request;
  const grant = parts.grants.newGrant(session.username, client.id, scopes, session.authenticatedAtS);
  const code = parts.grants.issueCode({ grant, redirectUri, codeChallenge, nonce });
  return redirectBack(redirectUri, { code, state });
}

function redirect(location: string, cookie?: string): WebResponse {
  return {
    status: 302,
    headers: { location, 'cache-control': 'no-store', ...(cookie !== undefined && { 'set-cookie': cookie }) },
    body: '',
  };
}

function preflight(): WebResponse {
  const headers = {
    ...open,
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': 'authorization,content-type',
  };
  return { status: 204, headers };
}
