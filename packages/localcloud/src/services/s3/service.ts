import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  accountId,
  notImplemented,
} from '../../kernel/types.ts';
import { createBucket, listBuckets } from './bucket-operations.ts';
import type { BucketCall, S3Context } from './context.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import { accessDenied, noSuchBucket, RefusalWithHeaders } from './errors.ts';
import { findBucketOperation, findObjectOperation } from './operations.ts';
import { type XmlElement, xmlDocument } from './xml.ts';

interface Address {
  bucket: string;
  /** Decoded; empty for the bucket itself. */
  key: string;
}

function parseAddress(rawPath: string): Address {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(rawPath) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.", { URI: rawPath });
  }
}

/** S3's REST API on a path-style address. */
export class S3Service implements AwsService {
  readonly signingNames = ['s3'];
  readonly #context: S3Context;

  constructor(context: S3Context) {
    this.#context = context;
  }

  async handle(sent: AwsRequest): Promise<AwsResponse> {
    if (sent.method !== 'OPTIONS' && this.#context.kernel.faults.refusesStorage()) {
      throw new AwsError('SlowDown', 503, 'Please reduce your request rate.');
    }
    const request = withHoistedHeaders(sent);
    const address = parseAddress(request.rawPath);
    const response = await this.#answer(request, address);
    return { ...response, headers: { ...this.#standardHeaders(request, address.bucket), ...response.headers } };
  }

  renderError(error: AwsError, request: AwsRequest): AwsResponse {
    const [, encodedBucket = ''] = /^\/([^/]*)/.exec(request.rawPath) ?? [];
    const headers = {
      ...this.#standardHeaders(request, encodedBucket),
      ...(error instanceof RefusalWithHeaders ? error.headers : {}),
    };
    if (request.method === 'HEAD' || error.status === 304) return { status: error.status, headers };
    const fields = Object.entries(error.fields).map(([name, value]): XmlElement => [name, String(value)]);
    const content: XmlElement[] = [
      ['Code', error.code],
      ['Message', error.message],
      ...fields,
      ['Resource', request.rawPath],
      ['RequestId', request.requestId],
      ['HostId', 'localcloud'],
    ];
    return {
      status: error.status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: xmlDocument('Error', content, false),
    };
  }

  async #answer(request: AwsRequest, { bucket: name, key }: Address): Promise<AwsResponse> {
    if (name === '') {
      if (request.method !== 'GET') throw notImplemented(`${request.method} on the service`);
      return listBuckets(this.#context, request);
    }
    if (request.method === 'PUT' && key === '' && isPlain(request)) return createBucket(this.#context, request, name);
    const bucket = this.#context.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    if (request.method === 'OPTIONS') return answerPreflight(bucket.settings.cors, request);
    checkOwner(request);
    const call: BucketCall = { request, bucket };
    if (key === '') return findBucketOperation(request)(this.#context, call);
    return findObjectOperation(request)(this.#context, { ...call, key });
  }

  #standardHeaders(request: AwsRequest, bucket: string): Record<string, string> {
    const rules = this.#context.buckets.get(bucket)?.settings.cors ?? [];
    return {
      server: 'AmazonS3',
      'x-amz-request-id': request.requestId,
      'x-amz-id-2': `localcloud/${request.requestId}`,
      ...corsHeaders(rules, request),
    };
  }
}

const signatureParameters =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/;

/** Presigning moves `x-amz-` headers into the query, where they count as if they were sent as headers. */
function withHoistedHeaders(request: AwsRequest): AwsRequest {
  if (!request.presigned) return request;
  const hoisted: Record<string, string> = {};
  for (const [name, value] of request.query) {
    const header = name.toLowerCase();
    if (header.startsWith('x-amz-') && !signatureParameters.test(header)) hoisted[header] = value;
  }
  return { ...request, headers: { ...hoisted, ...request.headers } };
}

/** True when the query names no subresource; `x-id` only repeats the operation's name for logs. */
function isPlain(request: AwsRequest): boolean {
  return [...request.query.keys()].every((name) => name === 'x-id' || name.toLowerCase().startsWith('x-amz-'));
}

function checkOwner({ headers }: AwsRequest): void {
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    if (headers[name] !== undefined && headers[name] !== accountId) throw accessDenied();
  }
}
