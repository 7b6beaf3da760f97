import { accountId } from '../../kernel/types.ts';
import { type ApiExchange, domainName } from '../api-gateway/api-model.ts';
import { requestTime } from '../api-gateway/request-time.ts';

const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)(?:;|$))/i;

/** The parts of payload format 2.0 that Lambda integrations and Lambda authorizers both see. */
export function requestParts(exchange: ApiExchange): Record<string, unknown> {
  const { request, route, pathParameters, stage } = exchange;
  const { cookie, connection: _connection, ...headers } = request.headers;
  const query = queryParameters(request.rawQuery);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: rawPathOf(exchange),
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      'x-forwarded-for': request.sourceIp,
      'x-forwarded-proto': 'https',
      ...pickForwarded(headers),
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: requestContext(exchange),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
  };
}

/** The event of a Lambda proxy integration, payload format 2.0. */
export function proxyEvent(exchange: ApiExchange): Record<string, unknown> {
  const { body, request, authorizer } = exchange;
  const parts = requestParts(exchange);
  const isText = textTypes.test(request.headers['content-type'] ?? '');
  return {
    ...parts,
    requestContext: { ...(parts.requestContext as object), ...(authorizer && { authorizer }) },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Repeated parameters are joined by commas. */
export function queryParameters(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

export function rawPathOf({ stage, path }: ApiExchange): string {
  return stage.name === '$default' ? path : `/${stage.name}${path}`;
}

function requestContext(exchange: ApiExchange): Record<string, unknown> {
  const { api, request, route, stage } = exchange;
  return {
    accountId,
    apiId: api.id,
    domainName: domainName(api.id),
    domainPrefix: api.id,
    http: {
      method: request.method,
      path: rawPathOf(exchange),
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: exchange.requestId,
    routeKey: route.routeKey,
    stage: stage.name,
    time: requestTime(exchange.startedAtMs),
    timeEpoch: exchange.startedAtMs,
  };
}

/** What a distribution in front has set stays. */
function pickForwarded(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-forwarded-')));
}
