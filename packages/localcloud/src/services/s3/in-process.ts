import type { Readable } from 'node:stream';
import type { Principal } from '../../kernel/types.ts';
import { type Bucket, objectArn } from './bucket.ts';
import { createHasher } from './checksums.ts';
import { checkReadConditions } from './conditional-headers.ts';
import type { S3Context } from './context.ts';
import { authorizeKeyFor } from './encryption.ts';
import { noSuchBucket } from './errors.ts';
import { parseRange } from './get-object.ts';
import { recordEvent, serviceOrigin } from './notifications.ts';
import { contentHeaders, userMetadata } from './object-draft.ts';
import { deleteMarkerContent } from './object-version.ts';
import { commitVersion } from './put-object.ts';

export interface OriginRead {
  /** Lower-cased `range` and conditional headers of the viewer's request. */
  headers?: Readonly<Record<string, string>>;
  /** Held to the bucket's policy and the key's when given, such as CloudFront with its distribution's ARN. */
  principal?: Principal;
  /** Condition keys of that check: `aws:sourcearn`, `aws:sourceaccount`. */
  conditions?: Record<string, string>;
}

export interface OriginResponse {
  status: number;
  headers: Record<string, string>;
  body: Readable;
}

function requireBucket(context: S3Context, name: string): Bucket {
  const bucket = context.buckets.get(name);
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}

/** Stores bytes under the bucket's default encryption; identical content and headers still make a new version. */
export async function putKey(
  context: S3Context,
  bucketName: string,
  key: string,
  body: Readable,
  headers: Record<string, string>,
): Promise<void> {
  const bucket = requireBucket(context, bucketName);
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const hasher = createHasher('MD5');
  const blob = await context.blobs.write(body, [hasher]);
  const { algorithm, keyId, bucketKey } = bucket.settings.encryption;
  const encryption =
    algorithm === 'AES256'
      ? { algorithm, bucketKey: false }
      : { algorithm, bucketKey, keyArn: context.keys.arnOf(keyId ?? 'alias/aws/s3') };
  const content = {
    ...deleteMarkerContent,
    attributes: { headers: contentHeaders(lowered), metadata: userMetadata(lowered), encryption },
    key,
    etag: hasher.digest().toString('hex'),
    blobs: [blob],
    sizeBytes: blob.sizeBytes,
  };
  await commitVersion(context, bucket, content, {
    name: 'ObjectCreated:Put',
    reason: 'PutObject',
    origin: serviceOrigin(),
    filesOnFailure: [blob.file],
  });
}

/** @throws AwsError `AccessDenied`, `NotModified`, `PreconditionFailed`, `InvalidRange` */
export async function readKey(
  context: S3Context,
  bucketName: string,
  key: string,
  options: OriginRead = {},
): Promise<OriginResponse | undefined> {
  const bucket = context.buckets.get(bucketName);
  const version = bucket && context.versions.latest(bucketName, key);
  if (bucket !== undefined) authorizeOrigin(context, bucket, key, options);
  if (version === undefined || version.isDeleteMarker) return undefined;
  if (options.principal !== undefined) {
    const object = { bucket: bucketName, key };
    authorizeKeyFor(context, options.principal, object, version.attributes.encryption, 'kms:Decrypt');
  }
  checkReadConditions(options.headers ?? {}, version);
  const range = parseRange(options.headers?.range, version.sizeBytes);
  const { start, end } = range ?? { start: 0, end: version.sizeBytes - 1 };
  const headers: Record<string, string> = {
    ...version.attributes.headers,
    'accept-ranges': 'bytes',
    'content-length': String(end - start + 1),
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedMs).toUTCString(),
  };
  for (const [name, value] of Object.entries(version.attributes.metadata)) headers[`x-amz-meta-${name}`] = value;
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${version.sizeBytes}`;
  return { status: range === undefined ? 200 : 206, headers, body: context.blobs.read(version.blobs, start, end) };
}

function authorizeOrigin(context: S3Context, bucket: Bucket, key: string, options: OriginRead): void {
  if (options.principal === undefined) return;
  const { policy } = bucket.settings;
  context.kernel.authorize({
    principal: options.principal,
    action: 's3:GetObject',
    resourceArn: objectArn(bucket.name, key),
    context: { 'aws:securetransport': 'true', ...options.conditions },
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  });
}

export async function deleteKeys(context: S3Context, bucketName: string, keys: readonly string[]): Promise<void> {
  const bucket = requireBucket(context, bucketName);
  const unusedFiles = await context.kernel.commit(() => keys.flatMap((key) => deleteKey(context, bucket, key)));
  await context.blobs.remove(unusedFiles);
}

function deleteKey(context: S3Context, bucket: Bucket, key: string): string[] {
  const eventMs = context.kernel.now();
  const reason = 'DeleteObject';
  const origin = serviceOrigin();
  if (bucket.settings.versioning !== 'Off') {
    const { version, unusedFiles } = context.versions.add(bucket, { ...deleteMarkerContent, key }, eventMs, true);
    recordEvent(context.outbox, bucket, {
      name: 'ObjectRemoved:DeleteMarkerCreated',
      reason,
      version,
      eventMs,
      origin,
    });
    return unusedFiles;
  }
  const latest = context.versions.latest(bucket.name, key);
  if (latest === undefined) return [];
  const files = context.versions.remove(latest);
  const version = { ...latest, sequence: context.versions.nextSequence() };
  recordEvent(context.outbox, bucket, { name: 'ObjectRemoved:Delete', reason, version, eventMs, origin });
  return files;
}

export function listKeys(context: S3Context, bucketName: string): string[] {
  requireBucket(context, bucketName);
  const blockSize = 1000;
  const keys: string[] = [];
  for (;;) {
    const block = context.versions.currentKeys(bucketName, keys.at(-1) ?? '', true, blockSize);
    keys.push(...block.map((version) => version.key));
    if (block.length < blockSize) return keys;
  }
}
