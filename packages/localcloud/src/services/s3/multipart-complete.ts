import { createHash } from 'node:crypto';
import { AwsError, type AwsResponse } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import { type Checksum, checksumElement, checksumHeader, createHasher } from './checksums.ts';
import { checkWriteConditions } from './conditional-headers.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { encryptionHeaders } from './encryption.ts';
import { invalidRequest, malformedXml } from './errors.ts';
import { versionHeaders } from './locate-version.ts';
import { highestPartNumber, invalidPart, requireUpload } from './multipart-parts.ts';
import { originOf } from './notifications.ts';
import type { NewVersion } from './object-version.ts';
import { commitVersion } from './put-object.ts';
import type { Part, Upload } from './upload-store.ts';
import { readDocument } from './verified-body.ts';
import { parseXml, type XmlElement, xmlResponse } from './xml.ts';

interface ListedPart {
  partNumber: number;
  etag: string;
  /** What the client says the part's checksum is, in the upload's algorithm. */
  checksum: string | undefined;
}

/** Every part but the last has at least this many bytes. */
const smallestPartBytes = 5 * 1024 * 1024;

/** Joins the listed parts into an object. The parts' files become the object's: no byte is copied. */
export async function completeMultipartUpload(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const { request, bucket, key } = call;
  authorizeObject(context, call, 's3:PutObject');
  if (request.headers['if-match'] !== undefined) authorizeObject(context, call, 's3:GetObject');
  const upload = requireUpload(context, call);
  const listed = parseListedParts(await readDocument(request, false), upload);
  const stored = context.uploads.parts(upload.uploadId, 0, highestPartNumber);
  const parts = chooseParts(listed, stored, upload);
  checkWriteConditions(request.headers, key, context.versions.latest(bucket.name, key));
  const checksum = await objectChecksum(context, upload, parts);
  checkDeclared(request.headers, parts, checksum);
  const chosenFiles = new Set(parts.map((part) => part.file));
  const version = await commitVersion(context, bucket, assembled(upload, parts, checksum), {
    name: 'ObjectCreated:CompleteMultipartUpload',
    reason: 'CompleteMultipartUpload',
    origin: originOf(request),
    check: (latest) => {
      requireUpload(context, call);
      checkWriteConditions(request.headers, key, latest);
    },
    also: () => context.uploads.remove(upload.uploadId).filter((file) => !chosenFiles.has(file)),
    filesOnFailure: [],
  });
  const elements: XmlElement[] = [
    ['Location', `${request.endpoint}/${bucket.name}/${encodeURIComponent(key)}`],
    ['Bucket', bucket.name],
    ['Key', key],
    ['ETag', `"${version.etag}"`],
    ...(checksum === undefined ? [] : [[checksumElement(checksum.algorithm), checksum.value] as const]),
    ['ChecksumType', checksum?.type],
  ];
  return xmlResponse('CompleteMultipartUploadResult', elements, {
    ...versionHeaders(bucket, version),
    ...encryptionHeaders(version.attributes.encryption),
  });
}

function parseListedParts(body: Buffer, upload: Upload): ListedPart[] {
  const nodes = parseXml(body, 'CompleteMultipartUpload').children('Part');
  if (nodes.length === 0 || nodes.length > highestPartNumber) throw malformedXml();
  const algorithm = upload.draft.checksum?.algorithm;
  return nodes.map((node) => {
    const etag = node.text('ETag');
    const partNumber = Number(node.text('PartNumber') ?? Number.NaN);
    if (etag === undefined || !Number.isInteger(partNumber)) throw malformedXml();
    const checksum = algorithm === undefined ? undefined : node.text(checksumElement(algorithm));
    return { partNumber, etag: etag.replaceAll('"', ''), checksum };
  });
}

/** @throws AwsError `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, `InvalidRequest` */
function chooseParts(listed: readonly ListedPart[], stored: readonly Part[], upload: Upload): Part[] {
  if (listed.some((item, index) => item.partNumber <= (listed[index - 1]?.partNumber ?? 0))) {
    throw new AwsError(
      'InvalidPartOrder',
      400,
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const parts = listed.map((item) => {
    const part = byNumber.get(item.partNumber);
    if (part === undefined || part.md5 !== item.etag) throw invalidPart(item.partNumber);
    checkListedChecksum(item, part, upload);
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < smallestPartBytes);
  if (small !== undefined) {
    throw new AwsError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: small.sizeBytes,
      MinSizeAllowed: smallestPartBytes,
      PartNumber: small.partNumber,
      ETag: small.md5,
    });
  }
  return parts;
}

function checkListedChecksum(item: ListedPart, part: Part, { draft }: Upload): void {
  if (draft.checksum === undefined) return;
  if (item.checksum === undefined) {
    if (draft.checksum.type === 'FULL_OBJECT') return;
    throw invalidRequest(
      `The upload was created using a ${draft.checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${item.partNumber} in the request.`,
    );
  }
  if (item.checksum !== part.checksum?.value) throw invalidPart(item.partNumber);
}

/** COMPOSITE: the checksum of the parts' checksums, `-N`; FULL_OBJECT: of the bytes, which are read once more. */
async function objectChecksum(
  context: S3Context,
  { draft }: Upload,
  parts: readonly Part[],
): Promise<Checksum | undefined> {
  if (draft.checksum === undefined) return undefined;
  const { algorithm, type } = draft.checksum;
  const hasher = createHasher(algorithm);
  if (type === 'COMPOSITE') {
    for (const part of parts) hasher.update(Buffer.from(part.checksum?.value ?? '', 'base64'));
    return { algorithm, type, value: `${hasher.digest().toString('base64')}-${parts.length}` };
  }
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  for await (const chunk of context.blobs.read(parts, 0, sizeBytes - 1)) hasher.update(chunk);
  return { algorithm, type, value: hasher.digest().toString('base64') };
}

/** The client may state the whole object's size and checksum. */
function checkDeclared(
  headers: Readonly<Record<string, string>>,
  parts: readonly Part[],
  checksum: Checksum | undefined,
): void {
  const size = headers['x-amz-mp-object-size'];
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (size !== undefined && Number(size) !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${sizeBytes}`,
    );
  }
  if (checksum === undefined) return;
  const declared = headers[checksumHeader(checksum.algorithm)];
  if (declared === undefined) return;
  const expected = checksum.type === 'COMPOSITE' && !declared.includes('-') ? `${declared}-${parts.length}` : declared;
  if (expected !== checksum.value) {
    throw new AwsError(
      'BadDigest',
      400,
      `The ${checksum.algorithm.toLowerCase()} you specified did not match what we received.`,
    );
  }
}

function assembled(upload: Upload, parts: readonly Part[], checksum: Checksum | undefined): NewVersion {
  const { checksum: _declared, ...draft } = upload.draft;
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.md5, 'hex')));
  return {
    ...draft,
    attributes: {
      ...draft.attributes,
      ...(checksum === undefined ? {} : { checksum }),
      partSizesBytes: parts.map((part) => part.sizeBytes),
    },
    key: upload.key,
    etag: `${createHash('md5').update(digests).digest('hex')}-${parts.length}`,
    blobs: parts.map(({ file, sizeBytes }) => ({ file, sizeBytes })),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
  };
}
