import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';
import type { Distribution } from './distribution-model.ts';
import type { EdgeEvent, EdgeRequest, EdgeResponse, EdgeValue } from './edge-function.ts';

export function edgeEvent(
  distribution: Distribution,
  eventType: string,
  request: WebRequest,
  response?: WebResponse,
): EdgeEvent {
  return {
    version: '1.0',
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      eventType,
      requestId: randomUUID(),
    },
    viewer: { ip: request.sourceIp },
    request: edgeRequest(request),
    ...(response && { response: edgeResponse(response) }),
  };
}

function edgeRequest({ method, rawPath, rawQuery, headers }: WebRequest): EdgeRequest {
  const { cookie = '', ...others } = headers;
  const cookiePairs = cookie.split(/; */).filter(Boolean).map(splitPair);
  const queryPairs = rawQuery.split('&').filter(Boolean).map(splitPair);
  return {
    method,
    uri: rawPath,
    querystring: groupPairs(queryPairs),
    headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, { value }])),
    cookies: groupPairs(cookiePairs),
  };
}

function edgeResponse({ status, headers }: WebResponse): EdgeResponse {
  const named = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return {
    statusCode: status,
    headers: Object.fromEntries(named.map(([name, value]) => [name, { value: String(value) }])),
  };
}

/** The viewer's request with what a function changed in it; the method stays. */
export function withEdgeRequest(request: WebRequest, { uri, querystring, headers, cookies }: EdgeRequest): WebRequest {
  const cookie = joinPairs(cookies, '; ');
  const named = Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value]);
  return {
    ...request,
    rawPath: uri,
    rawQuery: joinPairs(querystring, '&'),
    headers: { ...Object.fromEntries(named), ...(cookie !== '' && { cookie }) },
  };
}

/** A function's answer as a response; without a body of its own it keeps the origin's. */
export function withEdgeResponse(answer: EdgeResponse, origin?: WebResponse): WebResponse {
  const named = Object.entries(answer.headers ?? {}).map(([name, { value }]) => [name.toLowerCase(), value]);
  const cookies = Object.entries(answer.cookies ?? {}).map(
    ([name, { value, attributes }]) => `${name}=${value}${attributes ? `; ${attributes}` : ''}`,
  );
  const before = origin?.headers['set-cookie'];
  const setCookies = [...(before === undefined ? [] : [before].flat()), ...cookies];
  const { body } = answer;
  const text = typeof body === 'object' ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8') : body;
  if (text !== undefined && origin?.body instanceof Readable) origin.body.destroy();
  const kept = text ?? origin?.body;
  return {
    status: answer.statusCode,
    headers: { ...Object.fromEntries(named), ...(setCookies.length > 0 && { 'set-cookie': setCookies }) },
    ...(kept !== undefined && { body: kept }),
  };
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function groupPairs(pairs: [string, string][]): Record<string, EdgeValue> {
  const grouped: Record<string, EdgeValue> = {};
  for (const [name, value] of pairs) {
    const before = grouped[name];
    grouped[name] = before
      ? { value: before.value, multiValue: [...(before.multiValue ?? [{ value: before.value }]), { value }] }
      : { value };
  }
  return grouped;
}

function joinPairs(values: Record<string, EdgeValue>, separator: string): string {
  const pairs = Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => (one.value === '' ? name : `${name}=${one.value}`)),
  );
  return pairs.join(separator);
}
