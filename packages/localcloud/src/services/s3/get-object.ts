import type { AwsResponse } from '../../kernel/types.ts';
import { AwsError, notImplemented } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import { checkReadConditions } from './conditional-headers.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { authorizeEncryptionKey, encryptionHeaders } from './encryption.ts';
import { invalidRequest, RefusalWithHeaders } from './errors.ts';
import { requireReadableClass, requireVersion, versionedAction, versionHeaders } from './locate-version.ts';
import { lockHeaders } from './object-lock.ts';
import type { ObjectVersion } from './object-version.ts';
import { checksumHeaders } from './put-object.ts';

/** Bytes `start` to `end`, inclusive. */
interface ByteRange {
  start: number;
  end: number;
}

const overridable = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** GetObject and HeadObject: the same answer, without the body for the latter. */
export async function getObject(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, versionedAction(call, 's3:GetObject', 's3:GetObjectVersion'));
  const version = requireVersion(context, call);
  authorizeEncryptionKey(context, call, version.attributes.encryption, 'kms:Decrypt');
  return readVersion(context, call, version);
}

/** The answer to a read that is already authorised. */
function readVersion(context: S3Context, call: ObjectCall, version: ObjectVersion): AwsResponse {
  const { request } = call;
  if (request.query.has('partNumber')) throw notImplemented('reads by part number');
  checkReadConditions(request.headers, version);
  if (request.method === 'GET') requireReadableClass(version);
  const range = parseRange(request.headers.range, version.sizeBytes);
  const headers = { ...objectHeaders(context, call, version, range !== undefined), ...overrides(call) };
  const { start, end } = range ?? { start: 0, end: version.sizeBytes - 1 };
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${version.sizeBytes}`;
  headers['content-length'] = String(end - start + 1);
  const status = range === undefined ? 200 : 206;
  if (request.method === 'HEAD') return { status, headers };
  return { status, headers, body: context.blobs.read(version.blobs, start, end) };
}

function objectHeaders(
  context: S3Context,
  call: ObjectCall,
  version: ObjectVersion,
  isPartial: boolean,
): Record<string, string> {
  const { attributes } = version;
  const headers: Record<string, string> = {
    ...attributes.headers,
    'accept-ranges': 'bytes',
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedMs).toUTCString(),
    ...versionHeaders(call.bucket, version),
    ...encryptionHeaders(attributes.encryption),
    ...lockHeaders(context, call, version),
  };
  for (const [name, value] of Object.entries(attributes.metadata)) headers[`x-amz-meta-${name}`] = value;
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  const tagCount = Object.keys(version.tags).length;
  if (tagCount > 0 && call.request.method === 'GET') headers['x-amz-tagging-count'] = String(tagCount);
  const wantsChecksum = call.request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
  return wantsChecksum && !isPartial ? { ...headers, ...checksumHeaders(version) } : headers;
}

/** `response-content-type` and its like, for signed requests only. */
function overrides(call: ObjectCall): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of overridable) {
    const value = call.request.query.get(`response-${name}`);
    if (value === null) continue;
    if (call.request.principal.kind === 'anonymous') {
      throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
    }
    headers[name] = value;
  }
  return headers;
}

/**
 * One `bytes=` range against a size. As S3 does, a header that is malformed or names several ranges is passed over and
 * the whole object answered.
 * @throws AwsError `InvalidRange` (416) when no byte of the object lies in the range
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    if (length === 0) throw invalidRange(header ?? '', sizeBytes);
    return { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw invalidRange(header ?? '', sizeBytes);
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

function invalidRange(header: string, sizeBytes: number): AwsError {
  const refusal = new AwsError('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: header,
    ActualObjectSize: sizeBytes,
  });
  return new RefusalWithHeaders(refusal, { 'content-range': `bytes */${sizeBytes}` });
}
