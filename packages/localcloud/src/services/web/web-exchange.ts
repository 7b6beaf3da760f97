import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A browser's or agent's plain HTTP request, on its way through the distribution and the HTTP API. */
export interface WebRequest {
  method: string;
  /** As sent, still percent-encoded, without the query. */
  rawPath: string;
  rawQuery: string;
  /** Lower-cased names; repeated headers joined by `,` (cookies by `; `). */
  headers: Record<string, string>;
  sourceIp: string;
  /** `HTTP/1.1`. */
  protocol: string;
  /** Reads the body once and remembers it. Throws `BodyTooLargeError` above the limit. */
  readBody(limitBytes: number): Promise<Buffer>;
}

export interface WebResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body?: string | Uint8Array | Readable;
}

export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

export function webRequestOf(message: IncomingMessage): WebRequest {
  const [rawPath = '/', ...query] = (message.url ?? '/').split('?');
  return {
    method: message.method ?? 'GET',
    rawPath,
    rawQuery: query.join('?'),
    headers: joinHeaders(message.rawHeaders),
    sourceIp: (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    protocol: `HTTP/${message.httpVersion}`,
    readBody: bodyReader(message),
  };
}

/** Writes the answer out; resolves when it is sent. A HEAD request gets the headers alone. */
export async function sendWebResponse(
  message: IncomingMessage,
  response: ServerResponse,
  answer: WebResponse,
): Promise<void> {
  const { body } = answer;
  response.writeHead(answer.status, { ...contentLength(answer), ...answer.headers });
  if (body instanceof Readable && message.method !== 'HEAD') {
    await pipeline(body, response);
    return;
  }
  if (body instanceof Readable) body.destroy();
  response.end(message.method === 'HEAD' || body instanceof Readable ? undefined : body);
}

/** The length of a body that is there as a whole, for statuses that have one. */
function contentLength({ status, body }: WebResponse): { 'content-length'?: number } {
  if (body instanceof Readable || status === 204 || status === 304) return {};
  return { 'content-length': body === undefined ? 0 : Buffer.byteLength(body) };
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): WebResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

function bodyReader(message: IncomingMessage): (limitBytes: number) => Promise<Buffer> {
  let body: Promise<Buffer> | undefined;
  return (limitBytes) => {
    body ??= collect(message, limitBytes);
    return body;
  };
}

async function collect(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new BodyTooLargeError(`The body exceeds ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
