import type { CorsConfiguration } from '../api-gateway/api-model.ts';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';

/** API Gateway's own answer to a preflight; undefined when the request is none. */
export function answerPreflight(cors: CorsConfiguration, request: WebRequest): WebResponse | undefined {
  if (request.method !== 'OPTIONS') return undefined;
  const { origin, 'access-control-request-method': method } = request.headers;
  if (origin === undefined || method === undefined) return undefined;
  const isAllowed =
    isAllowedOrigin(cors, origin) && (cors.allowMethods.includes('*') || cors.allowMethods.includes(method));
  if (!isAllowed) return { status: 204, headers: {} };
  return {
    status: 204,
    headers: {
      ...originHeaders(cors, origin),
      'access-control-allow-methods': cors.allowMethods.join(','),
      ...(cors.allowHeaders.length > 0 && { 'access-control-allow-headers': cors.allowHeaders.join(',') }),
      ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
    },
  };
}

/** Replaces the integration's own CORS headers, as API Gateway does when the API has a CORS configuration. */
export function withCorsHeaders(cors: CorsConfiguration, request: WebRequest, response: WebResponse): WebResponse {
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const { origin } = request.headers;
  const isAllowed = origin !== undefined && isAllowedOrigin(cors, origin);
  return { ...response, headers: { ...Object.fromEntries(own), ...(isAllowed && originHeaders(cors, origin)) } };
}

function isAllowedOrigin(cors: CorsConfiguration, origin: string): boolean {
  return cors.allowOrigins.some(
    (allowed) =>
      allowed === '*' || allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))),
  );
}

function originHeaders(cors: CorsConfiguration, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': cors.allowOrigins.includes('*') ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposeHeaders.length > 0 && { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
  };
}
