import type { WebResponse } from '../web/web-exchange.ts';

/** Headers of the connection, which API Gateway takes care of itself. */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Turns what a function returned into an HTTP answer (payload format 2.0): without a `statusCode` the whole value is
 * the body of a 200. Undefined: the answer is malformed, which API Gateway makes a 500.
 */
export function readProxyResponse(payload: unknown): WebResponse | undefined {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = payload as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  if (cookies !== undefined && !isTextList(cookies)) return undefined;
  const rendered = readHeaders(headers);
  if (rendered === undefined) return undefined;
  return {
    status,
    headers: {
      ...(typeof body === 'string' && { 'content-type': 'text/plain; charset=utf-8' }),
      ...rendered,
      ...(cookies !== undefined && { 'set-cookie': cookies }),
    },
    body: typeof body !== 'string' ? '' : isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

function readHeaders(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(value)) {
    if (content === null || typeof content === 'object') return undefined;
    if (!connectionHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = String(content);
  }
  return headers;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
