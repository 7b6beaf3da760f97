import { AwsError, notImplemented } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { resolveEncryption } from './encryption.ts';
import { invalidArgument } from './errors.ts';
import { defaultRetentionOf, parseLockHeaders } from './object-lock.ts';
import type { ObjectDraft } from './object-version.ts';
import { parseTagHeader } from './tags.ts';

const storedHeaders = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
  'x-amz-website-redirect-location',
];
const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]);
const metadataPrefix = 'x-amz-meta-';
const metadataLimitBytes = 2048;
/** Accepted where ACLs are off, as they ask for nothing beyond the bucket owner's control. */
const ownerAcls = new Set(['private', 'bucket-owner-full-control', 'bucket-owner-read']);

/** Reads what a PUT, a copy or a multipart upload says of the object to be, before any byte is taken. */
export function draftFromHeaders(context: S3Context, call: ObjectCall): ObjectDraft {
  const { headers } = call.request;
  refuseAcl(headers);
  return {
    attributes: {
      headers: contentHeaders(headers),
      metadata: userMetadata(headers),
      encryption: resolveEncryption(context, call),
    },
    storageClass: storageClassOf(headers),
    tags: parseTagHeader(headers['x-amz-tagging']),
    ...parseLockHeaders(headers, call.bucket, context.kernel.now()),
    ...defaultRetentionOf(headers, call.bucket, context.kernel.now()),
  };
}

/** The rights beyond `s3:PutObject` that a write's headers ask for. */
export function authorizeDraft(context: S3Context, call: ObjectCall): void {
  const { headers } = call.request;
  authorizeObject(context, call, 's3:PutObject');
  if (headers['if-match'] !== undefined) authorizeObject(context, call, 's3:GetObject');
  if (headers['x-amz-tagging'] !== undefined) authorizeObject(context, call, 's3:PutObjectTagging');
  if (headers['x-amz-object-lock-mode'] !== undefined) authorizeObject(context, call, 's3:PutObjectRetention');
  if (headers['x-amz-object-lock-legal-hold'] !== undefined) authorizeObject(context, call, 's3:PutObjectLegalHold');
}

export function contentHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of storedHeaders) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : headers[name];
    if (value !== undefined) kept[name] = value;
  }
  kept['content-type'] ??= 'binary/octet-stream';
  return kept;
}

/** `aws-chunked` describes the transfer, not the object. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  const rest = value
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== 'aws-chunked' && item !== '')
    .join(',');
  return rest === '' ? undefined : rest;
}

export function userMetadata(headers: Readonly<Record<string, string>>): Record<string, string> {
  const metadata: Record<string, string> = {};
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(metadataPrefix)) continue;
    metadata[name.slice(metadataPrefix.length)] = value;
    sizeBytes += Buffer.byteLength(name) - metadataPrefix.length + Buffer.byteLength(value);
  }
  if (sizeBytes > metadataLimitBytes) {
    throw new AwsError('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: sizeBytes,
      MaxSizeAllowed: metadataLimitBytes,
    });
  }
  return metadata;
}

function storageClassOf(headers: Readonly<Record<string, string>>): string {
  const name = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (!storageClasses.has(name)) {
    throw new AwsError('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
      StorageClassRequested: name,
    });
  }
  return name;
}

function refuseAcl(headers: Readonly<Record<string, string>>): void {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && !ownerAcls.has(acl)) {
    throw new AwsError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  }
  const grant = Object.keys(headers).find((name) => name.startsWith('x-amz-grant-'));
  if (grant !== undefined) throw notImplemented(grant);
}

/** @throws AwsError for keys that S3 does not take: longer than 1024 bytes of UTF-8. */
export function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > 1024) {
    throw new AwsError('KeyTooLongError', 400, 'Your key is too long', { Size: sizeBytes, MaxSizeAllowed: 1024 });
  }
  if (key.includes('\0')) throw invalidArgument('The key must not contain NUL.', 'Key', key);
}
