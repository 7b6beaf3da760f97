import { accountId } from '../../kernel/types.ts';
import { type ApiExchange, domainName } from '../api-gateway/api-model.ts';
import { requestTime } from '../api-gateway/request-time.ts';
import type { WebResponse } from '../web/web-exchange.ts';
import { rawPathOf } from './proxy-event.ts';

/** `$context.NAME` of a request, as access logs and parameter mappings see it; undefined when it has no value. */
export function contextVariable(exchange: ApiExchange, name: string): string | undefined {
  const { api, request, route, stage, authorizer } = exchange;
  if (name.startsWith('authorizer.')) return authorizerVariable(authorizer, name.slice('authorizer.'.length));
  const values: Record<string, string | undefined> = {
    accountId,
    apiId: api.id,
    domainName: domainName(api.id),
    domainPrefix: api.id,
    extendedRequestId: exchange.requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'],
    path: rawPathOf(exchange),
    protocol: request.protocol,
    requestId: exchange.requestId,
    requestTime: requestTime(exchange.startedAtMs),
    requestTimeEpoch: String(exchange.startedAtMs),
    routeKey: route.routeKey,
    stage: stage.name,
  };
  return values[name];
}

/** `$context` variables of the answer, by name. */
export function responseVariables({ status, body }: WebResponse, latencyMs: number): Record<string, string> {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : 0;
  return { status: String(status), responseLength: String(length), responseLatency: String(latencyMs) };
}

function authorizerVariable(authorizer: ApiExchange['authorizer'], name: string): string | undefined {
  if (authorizer === undefined) return undefined;
  if ('jwt' in authorizer) {
    return name.startsWith('claims.') ? authorizer.jwt.claims[name.slice('claims.'.length)] : undefined;
  }
  const value = authorizer.lambda[name];
  return value === undefined || value === null ? undefined : String(value);
}
