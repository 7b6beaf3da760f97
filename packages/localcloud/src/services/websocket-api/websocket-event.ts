import type { IncomingMessage } from 'node:http';
import { domainName } from '../api-gateway/api-model.ts';
import { requestTime } from '../api-gateway/request-time.ts';
import type { WebSocketExchange } from './websocket-model.ts';

type MultiValues = Record<string, string[]>;

/** Headers of the handshake itself that API Gateway does not hand on. */
const handshakeHeaders = new Set(['connection', 'upgrade']);

/** The event of `$connect`: the handshake's headers as the client wrote them, and its query. */
export function connectEvent(exchange: WebSocketExchange, message: IncomingMessage): Record<string, unknown> {
  const headers = { ...headersOf(message), ...forwardedHeaders(exchange, message) };
  const query = queryOf(message);
  return {
    ...lastAndAll('headers', 'multiValueHeaders', headers),
    ...(Object.keys(query).length > 0 && lastAndAll('queryStringParameters', 'multiValueQueryStringParameters', query)),
    ...commonParts(exchange),
  };
}

export function messageEvent(exchange: WebSocketExchange, body: string): Record<string, unknown> {
  return { ...commonParts(exchange, { messageId: exchange.requestId }), body };
}

/** `reason` is the close frame's, or what API Gateway says in its place. */
export function disconnectEvent(exchange: WebSocketExchange, code: number, reason: string): Record<string, unknown> {
  const headers = { Host: [domainName(exchange.connection.api.id)], 'X-Forwarded-For': [''], 'x-restapi': [''] };
  const context = { disconnectStatusCode: code, disconnectReason: reason || (standardReasons[code] ?? '') };
  return { ...lastAndAll('headers', 'multiValueHeaders', headers), ...commonParts(exchange, context) };
}

const standardReasons: Readonly<Record<number, string>> = {
  1001: 'Going away',
  1005: 'Client-side close frame status not set',
  1006: 'Connection Closed Abnormally',
};

function commonParts(exchange: WebSocketExchange, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { connection, eventType, routeKey, requestId, atMs } = exchange;
  const { api, stage, connectionId, connectedAtMs, sourceIp, userAgent } = connection;
  return {
    requestContext: {
      routeKey,
      ...more,
      eventType,
      extendedRequestId: requestId,
      requestTime: requestTime(atMs),
      messageDirection: 'IN',
      stage: stage.name,
      connectedAt: connectedAtMs,
      requestTimeEpoch: atMs,
      identity: { userAgent, sourceIp },
      requestId,
      domainName: domainName(api.id),
      connectionId,
      apiId: api.id,
    },
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
    isBase64Encoded: false,
  };
}

function headersOf({ rawHeaders }: IncomingMessage): MultiValues {
  const headers: MultiValues = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!handshakeHeaders.has(name.toLowerCase())) collect(headers, name, rawHeaders[index + 1] ?? '');
  }
  return headers;
}

function forwardedHeaders({ connection }: WebSocketExchange, message: IncomingMessage): MultiValues {
  const port = /:(\d+)$/.exec(message.headers.host ?? '')?.[1] ?? '443';
  return {
    'X-Forwarded-For': [connection.sourceIp],
    'X-Forwarded-Port': [port],
    'X-Forwarded-Proto': ['https'],
  };
}

function queryOf({ url = '' }: IncomingMessage): MultiValues {
  const query: MultiValues = {};
  const [, ...text] = url.split('?');
  for (const [name, value] of new URLSearchParams(text.join('?'))) collect(query, name, value);
  return query;
}

function collect(into: MultiValues, name: string, value: string): void {
  into[name] = [...(into[name] ?? []), value];
}

/** Repeated names: their last value under `last`, all of them under `all`. */
function lastAndAll(last: string, all: string, values: MultiValues): Record<string, unknown> {
  const lastOnes = Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']);
  return { [last]: Object.fromEntries(lastOnes), [all]: values };
}
