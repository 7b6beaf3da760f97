import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AwsError, accountId, type Principal } from '../../kernel/types.ts';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';
import type { CloudFrontDependencies } from './dependencies.ts';
import type { Distribution, Forwarding, Origin } from './distribution-model.ts';

/** Headers that reach a custom origin whatever the policies say. */
const alwaysForwarded = new Set(['content-length', 'content-type', 'content-encoding']);

/** Asks a behaviour's origin, forwarding what its policies say and nothing more. */
export function askOrigin(
  dependencies: CloudFrontDependencies,
  distribution: Distribution,
  origin: Origin,
  request: WebRequest,
  forwarding: readonly Forwarding[],
): Promise<WebResponse> {
  return origin.kind === 'api'
    ? dependencies.handleApi(origin.apiId, originRequest(origin, request, forwarding))
    : readBucket(dependencies, distribution, origin, request);
}

function originRequest(
  origin: Extract<Origin, { kind: 'api' }>,
  request: WebRequest,
  forwarding: readonly Forwarding[],
): WebRequest {
  const passes = (name: string): boolean =>
    name === 'cookie'
      ? forwarding.some(({ cookies }) => cookies)
      : alwaysForwarded.has(name) || forwarding.some(({ passesHeader }) => passesHeader(name));
  const viewerHeaders = Object.entries(request.headers).filter(([name]) => passes(name));
  const headers = Object.fromEntries(viewerHeaders);
  const forwardedFor = request.headers['x-forwarded-for'];
  return {
    ...request,
    rawPath: origin.path + request.rawPath,
    rawQuery: forwarding.some(({ queryStrings }) => queryStrings) ? request.rawQuery : '',
    headers: {
      host: origin.domainName,
      'user-agent': 'Amazon CloudFront',
      ...headers,
      via: '1.1 localcloud.cloudfront.net (CloudFront)',
      'x-amz-cf-id': randomBytes(42).toString('base64url'),
      'x-forwarded-for': forwardedFor === undefined ? request.sourceIp : `${forwardedFor},${request.sourceIp}`,
    },
  };
}

async function readBucket(
  { getObject }: CloudFrontDependencies,
  distribution: Distribution,
  origin: Extract<Origin, { kind: 'bucket' }>,
  request: WebRequest,
): Promise<WebResponse> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return bucketError(405, 'MethodNotAllowed');
  const { range } = request.headers;
  try {
    const key = decodeURIComponent(origin.path + request.rawPath).slice(1);
    const object = await getObject(origin.bucket, key, {
      principal: originPrincipal(origin),
      conditions: { 'aws:sourcearn': distribution.arn, 'aws:sourceaccount': accountId },
      headers: range === undefined ? {} : { range },
    });
    // Without the right to list the bucket, what is missing looks forbidden.
    return object ? withValidation(request, object) : bucketError(403, 'AccessDenied');
  } catch (error) {
    if (error instanceof AwsError) return bucketError(error.status, error.code);
    if (error instanceof URIError) return bucketError(400, 'InvalidURI');
    throw error;
  }
}

/** With origin access control CloudFront signs as the service; without, it is nobody. */
function originPrincipal({ hasAccessControl }: Extract<Origin, { kind: 'bucket' }>): Principal {
  const service = 'cloudfront.amazonaws.com';
  return hasAccessControl
    ? { kind: 'service', arn: service, accessKeyId: '', service }
    : { kind: 'anonymous', arn: '', accessKeyId: '' };
}

function withValidation(
  request: WebRequest,
  object: { status: number; headers: Record<string, string>; body: Readable },
): WebResponse {
  const wanted = request.headers['if-none-match'];
  const { etag = '' } = object.headers;
  const isKnown = wanted?.split(/\s*,\s*/).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag) === true;
  if (wanted === undefined || !isKnown) return { ...object, headers: { ...object.headers, server: 'AmazonS3' } };
  object.body.destroy();
  const { 'cache-control': cacheControl } = object.headers;
  return {
    status: 304,
    headers: { etag: wanted, ...(cacheControl !== undefined && { 'cache-control': cacheControl }) },
  };
}

function bucketError(status: number, code: string): WebResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml', server: 'AmazonS3' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  };
}
