import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type SignedParts, signedPartsOf } from '../auth/canonical-request.ts';
import type { CredentialsStore } from '../auth/credentials.ts';
import { claimedService, readSignatureClaim, type SignatureClaim } from '../auth/signature-claim.ts';
import { verifySignature } from '../auth/signature-verifier.ts';
import { emptySha256, sha256Hex } from '../auth/signing.ts';
import { countRequest } from '../kernel/request-usage.ts';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Kernel,
  notImplemented,
  type Principal,
} from '../kernel/types.ts';
import { jsonError } from './json-protocol.ts';
import { bufferBody, noteChunkSigning } from './payload.ts';

/** Bodies of requests that do not state their hash are small: JSON calls, of which SQS batches are the largest. */
const unstatedBodyLimitBytes = 20 * 1024 * 1024;

const anonymous: Principal = { kind: 'anonymous', arn: '', accessKeyId: '' };

export interface FrontDoor {
  /** True when the request carries a SigV4 signature, good or bad. */
  isSigned(message: IncomingMessage): boolean;
  /** Verifies the signature and lets the service of its credential scope answer. */
  serveSigned(message: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Lets a service answer without a signature: S3's preflights, and its refusals of plain requests. */
  serveAnonymous(signingName: string, message: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The door through which SDK clients reach the services. */
export function createFrontDoor(
  kernel: Pick<Kernel, 'now' | 'log' | 'usage'>,
  credentials: CredentialsStore,
  services: readonly AwsService[],
): FrontDoor {
  const byName = new Map(services.flatMap((service) => service.signingNames.map((name) => [name, service] as const)));

  async function serve(
    name: string,
    message: IncomingMessage,
    response: ServerResponse,
    prepare: (parts: SignedParts) => Promise<AwsRequest>,
  ): Promise<void> {
    const parts = signedPartsOf(message);
    const service = byName.get(name);
    let request = requestOf(message, parts, name);
    let answer: AwsResponse;
    try {
      request = await prepare(parts);
      if (!service) throw notImplemented(`the service '${name}'`);
      answer = await service.handle(request);
    } catch (error) {
      answer = renderError(asAwsError(error, request, kernel), request, service);
      message.resume();
    }
    countRequest(kernel.usage, request, answer);
    await send(answer, request, response).catch((error: unknown) =>
      kernel.log('debug', 'response interrupted', { requestId: request.requestId, error: String(error) }),
    );
  }

  return {
    isSigned(message) {
      const parts = signedPartsOf(message);
      return (
        parts.headers.authorization?.startsWith('AWS4-') === true ||
        /[?&]X-Amz-(Signature|Credential)=/.test(`?${parts.rawQuery}`)
      );
    },
    async serveSigned(message, response) {
      const name = claimedService(signedPartsOf(message)) ?? 's3';
      await serve(name, message, response, (parts) => verifiedRequest(message, parts, credentials, kernel.now()));
    },
    async serveAnonymous(signingName, message, response) {
      await serve(signingName, message, response, async (parts) => requestOf(message, parts, signingName));
    },
  };
}

async function verifiedRequest(
  message: IncomingMessage,
  parts: SignedParts,
  credentials: CredentialsStore,
  nowMs: number,
): Promise<AwsRequest> {
  const claim = readSignatureClaim(parts);
  if (!claim) throw new AwsError('MissingAuthenticationToken', 403, 'Missing Authentication Token');
  const payloadHash = await payloadHashOf(message, parts, claim);
  const { principal, chunkSigning } = verifySignature(parts, claim, payloadHash, credentials, nowMs);
  noteChunkSigning(message, chunkSigning);
  const presigned = claim.expiresSeconds !== undefined;
  return { ...requestOf(message, parts, claim.scope.service), principal, presigned, payloadHash };
}

async function payloadHashOf(message: IncomingMessage, parts: SignedParts, claim: SignatureClaim): Promise<string> {
  const stated = parts.headers['x-amz-content-sha256'];
  if (stated !== undefined) return stated;
  if (claim.scope.service === 's3') {
    if (claim.expiresSeconds !== undefined) return statedInQuery(parts) ?? 'UNSIGNED-PAYLOAD';
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  }
  const body = await bufferBody(message, unstatedBodyLimitBytes);
  return body.length === 0 ? emptySha256 : sha256Hex(body);
}

function statedInQuery(parts: SignedParts): string | undefined {
  return new URLSearchParams(parts.rawQuery).get('X-Amz-Content-Sha256') ?? undefined;
}

function requestOf(message: IncomingMessage, parts: SignedParts, service: string): AwsRequest {
  const target = parts.headers['x-amz-target'] ?? '';
  return {
    service,
    action: target.slice(target.lastIndexOf('.') + 1),
    method: parts.method,
    rawPath: parts.rawPath,
    query: new URLSearchParams(parts.rawQuery),
    headers: parts.headers,
    message,
    principal: anonymous,
    presigned: false,
    payloadHash: 'UNSIGNED-PAYLOAD',
    requestId: randomUUID(),
    endpoint: `http://${parts.headers.host ?? '127.0.0.1'}`,
  };
}

function asAwsError(error: unknown, request: AwsRequest, kernel: Pick<Kernel, 'log'>): AwsError {
  if (error instanceof AwsError) return error;
  kernel.log('error', 'a service failed', {
    service: request.service,
    action: request.action,
    requestId: request.requestId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return new AwsError('InternalFailure', 500, 'The request processing has failed because of an unknown error.');
}

function renderError(error: AwsError, request: AwsRequest, service: AwsService | undefined): AwsResponse {
  return service?.renderError?.(error, request) ?? jsonError(error);
}

async function send(answer: AwsResponse, request: AwsRequest, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, {
    'x-amzn-requestid': request.requestId,
    'x-amz-request-id': request.requestId,
    ...answer.headers,
  });
  if (answer.body instanceof Readable) {
    await pipeline(answer.body, response);
    return;
  }
  response.end(answer.body);
}
