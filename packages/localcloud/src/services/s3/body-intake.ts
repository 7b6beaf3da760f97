import { AwsError, type AwsRequest } from '../../kernel/types.ts';
import { payloadTrailers, streamPayload } from '../../server/payload.ts';
import type { Blob } from './blob-store.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  createHasher,
  declaredChecksum,
  verifyChecksum,
  verifyContentMd5,
} from './checksums.ts';
import type { S3Context } from './context.ts';

/** Bytes that arrived whole, are on disk and are what the client said they are. No row names them yet. */
export interface TakenBody {
  blob: Blob;
  /** Hexadecimal. */
  md5: string;
  checksum?: Checksum;
}

const largestPutBytes = 5 * 1024 ** 3;

/**
 * Streams a request's body to disk and verifies it.
 * @param fallback computed when the request declares no checksum of its own
 * @throws AwsError `BadDigest`, `InvalidDigest`, `IncompleteBody`, `MissingContentLength`, `EntityTooLarge` …; no file is left
 */
export async function takeBody(
  context: S3Context,
  request: AwsRequest,
  fallback?: ChecksumAlgorithm,
): Promise<TakenBody> {
  checkLength(request);
  const declared = declaredChecksum(request.headers);
  const algorithm = declared?.algorithm ?? fallback;
  const md5Hasher = createHasher('MD5');
  const hasher = algorithm === undefined ? undefined : createHasher(algorithm);
  const blob = await context.blobs.write(
    streamPayload(request),
    hasher === undefined ? [md5Hasher] : [md5Hasher, hasher],
  );
  try {
    checkComplete(request, blob.sizeBytes);
    const md5 = md5Hasher.digest();
    verifyContentMd5(request.headers['content-md5'], md5);
    const taken = { blob, md5: md5.toString('hex') };
    const computed = hasher?.digest().toString('base64');
    if (computed === undefined || algorithm === undefined) return taken;
    const checksum: Checksum =
      declared === undefined
        ? { algorithm, value: computed, type: 'FULL_OBJECT' }
        : verifyChecksum(declared, computed, payloadTrailers(request));
    return { ...taken, checksum };
  } catch (error) {
    await context.blobs.remove([blob.file]);
    throw error;
  }
}

function announcedLength(request: AwsRequest): string | undefined {
  return request.headers['x-amz-decoded-content-length'] ?? request.headers['content-length'];
}

function checkLength(request: AwsRequest): void {
  const length = announcedLength(request);
  if (length === undefined) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > largestPutBytes) {
    throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
      MaxSizeAllowed: largestPutBytes,
    });
  }
}

function checkComplete(request: AwsRequest, sizeBytes: number): void {
  if (Number(announcedLength(request)) === sizeBytes) return;
  throw new AwsError(
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}
