import type { AwsRequest, AwsResponse } from '../../kernel/types.ts';
import { AwsError } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import { type TakenBody, takeBody } from './body-intake.ts';
import { type Checksum, checksumElement, checksumHeader, createHasher } from './checksums.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { copySourceRange, requireCopySource } from './copy-object.ts';
import { authorizeEncryptionKey, encryptionHeaders } from './encryption.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from './errors.ts';
import type { Part, Upload } from './upload-store.ts';
import { type XmlElement, xmlResponse } from './xml.ts';

export const highestPartNumber = 10_000;

/** @throws AwsError `NoSuchUpload` when the id is unknown or another key's */
export function requireUpload(context: S3Context, call: ObjectCall): Upload {
  const uploadId = call.request.query.get('uploadId') ?? '';
  const upload = context.uploads.find(uploadId);
  if (upload === undefined || upload.bucket !== call.bucket.name || upload.key !== call.key)
    throw noSuchUpload(uploadId);
  return upload;
}

function parsePartNumber(request: AwsRequest): number {
  const text = request.query.get('partNumber') ?? '';
  const partNumber = Number(text);
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > highestPartNumber) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  }
  return partNumber;
}

export async function uploadPart(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const { request } = call;
  authorizeObject(context, call, 's3:PutObject');
  const partNumber = parsePartNumber(request);
  const upload = requireUpload(context, call);
  const { encryption } = upload.draft.attributes;
  authorizeEncryptionKey(context, call, encryption, 'kms:Decrypt');
  const body = await takeBody(context, request, upload.draft.checksum?.algorithm);
  await checkPartChecksum(context, upload, body);
  await storePart(context, call, partNumber, body);
  const { checksum } = body;
  const headers = { etag: `"${body.md5}"`, ...encryptionHeaders(encryption) };
  if (checksum === undefined) return { status: 200, headers };
  return { status: 200, headers: { ...headers, [checksumHeader(checksum.algorithm)]: checksum.value } };
}

/** An upload that was begun with an algorithm takes no part under another. */
async function checkPartChecksum(context: S3Context, upload: Upload, body: TakenBody): Promise<void> {
  const wanted = upload.draft.checksum?.algorithm;
  if (wanted === undefined || body.checksum?.algorithm === wanted) return;
  await context.blobs.remove([body.blob.file]);
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${body.checksum?.algorithm.toLowerCase() ?? 'null'}`,
  );
}

async function storePart(context: S3Context, call: ObjectCall, partNumber: number, body: TakenBody): Promise<Part> {
  const part: Part = {
    partNumber,
    modifiedMs: context.kernel.now(),
    sizeBytes: body.blob.sizeBytes,
    md5: body.md5,
    ...(body.checksum === undefined ? {} : { checksum: body.checksum }),
    file: body.blob.file,
  };
  try {
    const unused = await context.kernel.commit(() =>
      context.uploads.putPart(requireUpload(context, call).uploadId, part),
    );
    await context.blobs.remove(unused);
    return part;
  } catch (error) {
    await context.blobs.remove([body.blob.file]);
    throw error;
  }
}

export async function uploadPartCopy(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:PutObject');
  const partNumber = parsePartNumber(call.request);
  const upload = requireUpload(context, call);
  authorizeEncryptionKey(context, call, upload.draft.attributes.encryption, 'kms:Decrypt');
  const { version } = requireCopySource(context, call);
  const { start, end } = copySourceRange(call.request.headers['x-amz-copy-source-range'], version.sizeBytes);
  const algorithm = upload.draft.checksum?.algorithm;
  const md5Hasher = createHasher('MD5');
  const hasher = algorithm === undefined ? undefined : createHasher(algorithm);
  const bytes = context.blobs.read(version.blobs, start, end);
  const blob = await context.blobs.write(bytes, hasher === undefined ? [md5Hasher] : [md5Hasher, hasher]);
  const checksum: { checksum?: Checksum } =
    hasher === undefined || algorithm === undefined
      ? {}
      : { checksum: { algorithm, value: hasher.digest().toString('base64'), type: 'FULL_OBJECT' } };
  const body: TakenBody = { blob, md5: md5Hasher.digest().toString('hex'), ...checksum };
  const part = await storePart(context, call, partNumber, body);
  return xmlResponse(
    'CopyPartResult',
    [
      ['ETag', `"${part.md5}"`],
      ['LastModified', new Date(part.modifiedMs).toISOString()],
      ...partChecksumElements(part),
    ],
    encryptionHeaders(upload.draft.attributes.encryption),
  );
}

export function partChecksumElements({ checksum }: Part): XmlElement[] {
  return checksum === undefined ? [] : [[checksumElement(checksum.algorithm), checksum.value]];
}

export function invalidPart(partNumber: number): AwsError {
  return new AwsError(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: partNumber },
  );
}
