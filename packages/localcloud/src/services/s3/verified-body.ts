import { createHash } from 'node:crypto';
import type { AwsRequest } from '../../kernel/types.ts';
import { payloadTrailers, readPayload } from '../../server/payload.ts';
import { checksumOf, declaredChecksum, verifyChecksum, verifyContentMd5 } from './checksums.ts';

/** Largest XML body that an S3 request may carry (1000 deletes of 1024-byte keys, 10,000 parts). */
const documentLimitBytes = 4 * 1024 * 1024;

/**
 * Reads a small body whole and checks it against the integrity headers and trailers of its request.
 * @param isDeclaredOfBody false where a checksum header speaks of the object to be and not of this document
 */
export async function readDocument(request: AwsRequest, isDeclaredOfBody = true): Promise<Buffer> {
  const body = await readPayload(request, documentLimitBytes);
  if (!isDeclaredOfBody) return body;
  verifyContentMd5(request.headers['content-md5'], createHash('md5').update(body).digest());
  const declared = declaredChecksum(request.headers);
  if (declared !== undefined) {
    verifyChecksum(declared, checksumOf(declared.algorithm, body), payloadTrailers(request));
  }
  return body;
}
