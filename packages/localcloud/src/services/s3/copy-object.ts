import type { AwsResponse } from '../../kernel/types.ts';
import { AwsError } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import { type ChecksumAlgorithm, checksumElement, createHasher, parseAlgorithm } from './checksums.ts';
import { checkReadConditions, checkWriteConditions } from './conditional-headers.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { authorizeEncryptionKey, encryptionHeaders } from './encryption.ts';
import { invalidArgument, invalidRequest, noSuchBucket } from './errors.ts';
import { locateVersion, requireReadableClass, versionHeaders } from './locate-version.ts';
import { originOf } from './notifications.ts';
import { authorizeDraft, checkKey, draftFromHeaders } from './object-draft.ts';
import type { NewVersion, ObjectDraft, ObjectVersion } from './object-version.ts';
import { commitVersion, etagOf } from './put-object.ts';
import { type XmlElement, xmlResponse } from './xml.ts';

const largestCopyBytes = 5 * 1024 ** 3;

/** A copy's source: the call to read it with, and the version it names. */
export interface CopySource {
  call: ObjectCall;
  version: ObjectVersion;
}

/** Locates and authorises `x-amz-copy-source`, and checks the copy's conditions on it. */
export function requireCopySource(context: S3Context, call: ObjectCall): CopySource {
  const header = call.request.headers['x-amz-copy-source'] ?? '';
  const match = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^&]+))?$/s.exec(header);
  const [, bucketName, encodedKey, versionId] = match ?? [];
  if (bucketName === undefined || encodedKey === undefined) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const bucket = context.buckets.get(bucketName);
  if (bucket === undefined) throw noSuchBucket(bucketName);
  const source: ObjectCall = { request: call.request, bucket, key: decodeURIComponent(encodedKey) };
  authorizeObject(context, source, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion');
  const version = locateVersion(context, source, versionId);
  authorizeEncryptionKey(context, source, version.attributes.encryption, 'kms:Decrypt');
  requireReadableClass(version);
  checkReadConditions(call.request.headers, version, 'x-amz-copy-source-');
  return { call: source, version };
}

export async function copyObject(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const { request, bucket, key } = call;
  checkKey(key);
  authorizeDraft(context, call);
  const source = requireCopySource(context, call);
  if (source.version.sizeBytes > largestCopyBytes) {
    throw invalidRequest(
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  }
  const draft = copyDraft(context, call, source);
  authorizeEncryptionKey(context, call, draft.attributes.encryption, 'kms:GenerateDataKey');
  checkWriteConditions(request.headers, key, context.versions.latest(bucket.name, key));
  const content = await copyBytes(context, call, source.version, draft);
  const version = await commitVersion(context, bucket, content, {
    name: 'ObjectCreated:Copy',
    reason: 'CopyObject',
    origin: originOf(request),
    check: (latest) => checkWriteConditions(request.headers, key, latest),
    filesOnFailure: content.blobs.map((blob) => blob.file),
  });
  return xmlResponse('CopyObjectResult', copyElements(version), {
    ...versionHeaders(bucket, version),
    ...encryptionHeaders(version.attributes.encryption),
    ...(source.call.bucket.settings.versioning === 'Off'
      ? {}
      : { 'x-amz-copy-source-version-id': source.version.versionId }),
  });
}

async function copyBytes(
  context: S3Context,
  call: ObjectCall,
  source: ObjectVersion,
  draft: ObjectDraft,
): Promise<NewVersion> {
  const requested = call.request.headers['x-amz-checksum-algorithm'];
  const algorithm: ChecksumAlgorithm | undefined =
    requested === undefined ? source.attributes.checksum?.algorithm : parseAlgorithm(requested);
  const md5Hasher = createHasher('MD5');
  const hasher = algorithm === undefined ? undefined : createHasher(algorithm);
  const bytes = context.blobs.read(source.blobs, 0, source.sizeBytes - 1);
  const blob = await context.blobs.write(bytes, hasher === undefined ? [md5Hasher] : [md5Hasher, hasher]);
  const checksum =
    hasher === undefined || algorithm === undefined
      ? {}
      : { checksum: { algorithm, value: hasher.digest().toString('base64'), type: 'FULL_OBJECT' as const } };
  return {
    ...draft,
    attributes: { ...draft.attributes, ...checksum },
    key: call.key,
    etag: etagOf(draft.attributes.encryption, md5Hasher.digest().toString('hex')),
    blobs: [blob],
    sizeBytes: blob.sizeBytes,
  };
}

/** Metadata and tags come from the source or, under `REPLACE`, from the request. */
function copyDraft(context: S3Context, call: ObjectCall, source: CopySource): ObjectDraft {
  const { headers } = call.request;
  const draft = draftFromHeaders(context, call);
  const isReplaced = directive(headers, 'x-amz-metadata-directive') === 'REPLACE';
  const areTagsReplaced = directive(headers, 'x-amz-tagging-directive') === 'REPLACE';
  const { attributes } = source.version;
  if (!isReplaced && isOntoItself(call, source) && changesNothing(headers)) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (!areTagsReplaced && Object.keys(source.version.tags).length > 0) {
    authorizeObject(context, source.call, 's3:GetObjectTagging');
    authorizeObject(context, call, 's3:PutObjectTagging');
  }
  return {
    ...draft,
    attributes: isReplaced
      ? draft.attributes
      : { ...draft.attributes, headers: attributes.headers, metadata: attributes.metadata },
    tags: areTagsReplaced ? draft.tags : source.version.tags,
  };
}

function directive(headers: Readonly<Record<string, string>>, name: string): 'COPY' | 'REPLACE' {
  const value = headers[name] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(`Unknown ${name}.`, name, value);
  return value;
}

function isOntoItself(call: ObjectCall, { call: from, version }: CopySource): boolean {
  return from.bucket.name === call.bucket.name && from.key === call.key && version.isLatest;
}

function changesNothing(headers: Readonly<Record<string, string>>): boolean {
  return (
    headers['x-amz-storage-class'] === undefined &&
    headers['x-amz-server-side-encryption'] === undefined &&
    headers['x-amz-website-redirect-location'] === undefined
  );
}

function copyElements(version: ObjectVersion): XmlElement[] {
  const { checksum } = version.attributes;
  return [
    ['ETag', `"${version.etag}"`],
    ['LastModified', new Date(version.modifiedMs).toISOString()],
    ...(checksum === undefined ? [] : [[checksumElement(checksum.algorithm), checksum.value] as const]),
  ];
}

/** The range of `x-amz-copy-source-range`, which unlike `Range` must lie within the source. */
export function copySourceRange(header: string | undefined, sizeBytes: number): { start: number; end: number } {
  if (header === undefined) return { start: 0, end: sizeBytes - 1 };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || start > end) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (end >= sizeBytes) {
    throw new AwsError('InvalidArgument', 400, `Range specified is not valid for source object of size: ${sizeBytes}`, {
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: header,
    });
  }
  return { start, end };
}
