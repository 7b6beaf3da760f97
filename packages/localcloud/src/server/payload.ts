import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ChunkSigning } from '../auth/signature-verifier.ts';
import { AwsError, type AwsRequest } from '../kernel/types.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

/** What the server knows of a request's body beyond `AwsRequest`. */
interface BodyNotes {
  /** The body, when it had to be read for checking the signature. */
  buffered?: Buffer;
  chunkSigning?: ChunkSigning;
  trailers: Record<string, string>;
}

const notesOfMessage = new WeakMap<IncomingMessage, BodyNotes>();

function notesOf(message: IncomingMessage): BodyNotes {
  const known = notesOfMessage.get(message);
  if (known) return known;
  const notes: BodyNotes = { trailers: {} };
  notesOfMessage.set(message, notes);
  return notes;
}

export function noteChunkSigning(message: IncomingMessage, chunkSigning: ChunkSigning): void {
  notesOf(message).chunkSigning = chunkSigning;
}

/** Reads a body whose signature covers it without saying its hash; `readPayload` then hands out the same bytes. */
export async function bufferBody(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const buffered = await collect(unreadBody(message), limitBytes);
  notesOf(message).buffered = buffered;
  return buffered;
}

/**
 * The decoded body. Checks the payload hash or the chunk signatures.
 * Errors: EntityTooLarge above `limitBytes`, XAmzContentSHA256Mismatch, IncompleteBody, SignatureDoesNotMatch.
 */
export async function readPayload(request: AwsRequest, limitBytes: number): Promise<Buffer> {
  return collect(streamPayload(request), limitBytes);
}

/** The decoded body as a stream. It fails at its end when the body was not what was signed: keep nothing until then. */
export function streamPayload(request: AwsRequest): Readable {
  return Readable.from(decoded(request), { objectMode: false });
}

/** Trailers of an `aws-chunked` body, lower-cased names; complete once the payload was read to its end. */
export function payloadTrailers(request: AwsRequest): Readonly<Record<string, string>> {
  return notesOf(request.message).trailers;
}

function decoded(request: AwsRequest): AsyncIterable<Uint8Array> {
  const notes = notesOf(request.message);
  const source = notes.buffered ? Readable.from([notes.buffered]) : unreadBody(request.message);
  const hash = request.payloadHash;
  if (hash.startsWith('STREAMING-')) return decodedChunks(request, source, notes);
  return /^[0-9a-f]{64}$/.test(hash) ? hashChecked(source, hash) : source;
}

/** Leaves the connection open when reading stops early, so that the refusal still reaches the client. */
function unreadBody(message: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => message.iterator({ destroyOnReturn: false }) };
}

function decodedChunks(
  request: AwsRequest,
  source: AsyncIterable<Uint8Array>,
  notes: BodyNotes,
): AsyncIterable<Uint8Array> {
  const decodedLengthBytes = Number(request.headers['x-amz-decoded-content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(decodedLengthBytes) || decodedLengthBytes < 0) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  const body = { source, trailers: notes.trailers, decodedLengthBytes };
  if (request.payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return decodeAwsChunked(body);
  if (!request.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') || !notes.chunkSigning) {
    throw new AwsError('InvalidRequest', 400, `The payload scheme ${request.payloadHash} is not supported.`);
  }
  return decodeAwsChunked({ ...body, signing: notes.chunkSigning });
}

async function* hashChecked(source: AsyncIterable<Uint8Array>, expectedSha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  const computed = hash.digest('hex');
  if (computed !== expectedSha256) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: expectedSha256, S3ComputedContentSHA256: computed },
    );
  }
}

async function collect(source: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
