import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

interface Call {
  method: string;
  path: string;
  /** As the token has them. */
  claims?: Record<string, unknown>;
  agentId?: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  rawBody?: string;
  headers?: Record<string, string>;
}

/** The event that API Gateway makes of a call (HTTP API, payload format 2.0). */
export function httpEvent(call: Call): APIGatewayProxyEventV2 {
  const { method, path, claims, agentId, params, query, body, rawBody } = call;
  const authorizer =
    claims === undefined ? { lambda: { agentId } } : { jwt: { claims: renderClaims(claims), scopes: null } };
  const authorization = claims === undefined ? {} : { authorization: `Bearer ${tokenOf(claims)}` };
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...authorization, ...call.headers },
    ...(params === undefined ? {} : { pathParameters: params }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(body === undefined && rawBody === undefined ? {} : { body: rawBody ?? JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method, path, sourceIp: '192.0.2.1', protocol: 'HTTP/1.1', userAgent: 'test' },
      ...(claims === undefined && agentId === undefined ? {} : { authorizer }),
    },
  };
  return event as unknown as APIGatewayProxyEventV2;
}

/** API Gateway hands all claims over as text; lists become `[a b]`. */
function renderClaims(claims: Record<string, unknown>): Record<string, string> {
  const render = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, render(value)]));
}

/** A token as an issuer writes it; only its payload is looked at behind the authorizer. */
function tokenOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

export const lambdaContext = {
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 10_000,
} as unknown as Context;
