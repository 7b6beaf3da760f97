import type { AwsRequest, AwsResponse, Principal } from './types.ts';
import type { UsageLedger } from './usage-ledger.ts';

export function callerName(principal: Principal): string {
  if (principal.kind === 'role') return principal.roleName;
  return principal.kind === 'service' ? principal.service : principal.kind;
}

/** Counts a request that was answered; S3, which names no operation, by its method and what it is about. */
export function countRequest(usage: UsageLedger, request: AwsRequest, response: AwsResponse): void {
  const { service, principal } = request;
  const operation = request.action || restOperation(request);
  const bytesIn = Number(request.headers['x-amz-decoded-content-length'] ?? request.headers['content-length'] ?? 0);
  const bytesOut = request.method === 'HEAD' ? 0 : sizeOf(response);
  usage.count({ service, operation, caller: callerName(principal) }, { requests: 1, bytesIn, bytesOut });
}

function restOperation({ method, rawPath, query }: AwsRequest): string {
  const isObject = /^\/[^/]+\/./.test(rawPath);
  if (method === 'GET' && !isObject) return 'LIST';
  return query.has('uploadId') || query.has('uploads') ? `${method} (multipart)` : method;
}

function sizeOf({ headers, body }: AwsResponse): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  const stated = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return Number(stated ?? 0);
}
