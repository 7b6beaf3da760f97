import { createHash } from 'node:crypto';
import type { ChunkSigning } from '../auth/signature-verifier.ts';
import { equalText } from '../auth/signature-verifier.ts';
import { emptySha256, hmac, sha256Hex } from '../auth/signing.ts';
import { AwsError } from '../kernel/types.ts';
import { ByteReader } from './byte-reader.ts';

const lineLimitBytes = 8 * 1024;
const maximumTrailers = 16;

export interface ChunkedBody {
  source: AsyncIterable<Uint8Array>;
  /** Absent for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: chunks then carry no signatures. */
  signing?: ChunkSigning;
  /** Filled with the trailers once the stream has ended. */
  trailers: Record<string, string>;
  /** What `x-amz-decoded-content-length` promised. */
  decodedLengthBytes: number;
}

/**
 * Decodes an `aws-chunked` body:
 *
 *     HEX-SIZE[;chunk-signature=SIG] CRLF  DATA CRLF   … repeated
 *     0[;chunk-signature=SIG] CRLF
 *     [trailer-name:value CRLF]…  [x-amz-trailer-signature:SIG CRLF]  CRLF
 *
 * A chunk's bytes leave before its signature was checked, so a consumer keeps nothing unless the stream ends well.
 * Errors: IncompleteBody, SignatureDoesNotMatch, InvalidRequest (as AwsError).
 */
export async function* decodeAwsChunked(body: ChunkedBody): AsyncGenerator<Buffer> {
  const reader = new ByteReader(body.source);
  const signatures = body.signing ? new ChunkSignatures(body.signing) : undefined;
  let decodedBytes = 0;
  for (;;) {
    const header = readChunkHeader(await reader.line(lineLimitBytes));
    const hash = createHash('sha256');
    let leftBytes = header.sizeBytes;
    while (leftBytes > 0) {
      const data = await reader.some(leftBytes);
      if (!data) throw incompleteBody();
      leftBytes -= data.length;
      if (signatures) hash.update(data);
      yield data;
    }
    signatures?.checkChunk(header.signature, hash.digest('hex'));
    decodedBytes += header.sizeBytes;
    if (decodedBytes > body.decodedLengthBytes) throw incompleteBody();
    if (header.sizeBytes === 0) break;
    if ((await reader.line(2)) !== '') throw incompleteBody();
  }
  await readTrailers(reader, body.trailers, signatures);
  if (decodedBytes !== body.decodedLengthBytes) throw incompleteBody();
}

async function readTrailers(
  reader: ByteReader,
  trailers: Record<string, string>,
  signatures: ChunkSignatures | undefined,
): Promise<void> {
  let canonical = '';
  for (let count = 0; count < maximumTrailers; count += 1) {
    const line = await reader.line(lineLimitBytes);
    if (line === undefined) throw incompleteBody();
    if (line === '') {
      if (canonical !== '') signatures?.checkNothingUnsigned();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') {
      signatures?.checkTrailers(value, canonical);
      canonical = '';
    } else {
      trailers[name] = value;
      canonical += `${name}:${value}\n`;
    }
  }
  throw new AwsError('InvalidRequest', 400, 'The request has too many trailers.');
}

function readChunkHeader(line: string | undefined): { sizeBytes: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line ?? '');
  if (!match) throw incompleteBody();
  return { sizeBytes: Number.parseInt(match[1] ?? '', 16), signature: match[2] ?? '' };
}

function incompleteBody(): AwsError {
  return new AwsError(
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}

/** The chain of chunk signatures: each covers the one before it, the first the request's own. */
class ChunkSignatures {
  readonly #signing: ChunkSigning;
  #previous: string;

  constructor(signing: ChunkSigning) {
    this.#signing = signing;
    this.#previous = signing.seedSignature;
  }

  checkChunk(signature: string, dataSha256: string): void {
    this.#check(signature, 'AWS4-HMAC-SHA256-PAYLOAD', `${emptySha256}\n${dataSha256}`);
  }

  checkTrailers(signature: string, canonicalTrailers: string): void {
    this.#check(signature, 'AWS4-HMAC-SHA256-TRAILER', sha256Hex(canonicalTrailers));
  }

  /** Called when trailers ended without their signature. */
  checkNothingUnsigned(): void {
    throw chunkMismatch();
  }

  #check(signature: string, algorithm: string, tail: string): void {
    const { key, amzDate, scope } = this.#signing;
    const expected = hmac(key, `${algorithm}\n${amzDate}\n${scope}\n${this.#previous}\n${tail}`).toString('hex');
    if (!equalText(expected, signature)) throw chunkMismatch();
    this.#previous = signature;
  }
}

function chunkMismatch(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    403,
    'The chunk signature we calculated does not match the one provided.',
  );
}
