import { createHash, randomBytes } from 'node:crypto';
import type { AwsResponse } from '../../kernel/types.ts';
import { takeBody } from './body-intake.ts';
import type { Bucket } from './bucket.ts';
import { checksumHeader } from './checksums.ts';
import { checkWriteConditions } from './conditional-headers.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { authorizeEncryptionKey, encryptionHeaders } from './encryption.ts';
import { versionHeaders } from './locate-version.ts';
import { type EventName, type EventOrigin, originOf, recordEvent } from './notifications.ts';
import { authorizeDraft, checkKey, draftFromHeaders } from './object-draft.ts';
import type { NewVersion, ObjectEncryption, ObjectVersion } from './object-version.ts';

/** PutObject. Answers after bytes, row and notifications are on disk. */
export async function putObject(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const { request, bucket, key } = call;
  checkKey(key);
  authorizeDraft(context, call);
  const draft = draftFromHeaders(context, call);
  authorizeEncryptionKey(context, call, draft.attributes.encryption, 'kms:GenerateDataKey');
  checkWriteConditions(request.headers, key, context.versions.latest(bucket.name, key));
  const body = await takeBody(context, request);
  const content: NewVersion = {
    ...draft,
    attributes: { ...draft.attributes, ...(body.checksum === undefined ? {} : { checksum: body.checksum }) },
    key,
    etag: etagOf(draft.attributes.encryption, body.md5),
    blobs: [body.blob],
    sizeBytes: body.blob.sizeBytes,
  };
  const version = await commitVersion(context, bucket, content, {
    name: 'ObjectCreated:Put',
    reason: 'PutObject',
    origin: originOf(request),
    check: (latest) => checkWriteConditions(request.headers, key, latest),
    filesOnFailure: [body.blob.file],
  });
  return { status: 200, headers: writtenHeaders(bucket, version) };
}

interface CommitOptions {
  name: EventName;
  reason: string;
  origin: EventOrigin;
  /** Runs inside the commit against the latest version as it is then; throws to refuse the write. */
  check?: (latest: ObjectVersion | undefined) => void;
  /** More writes of the same commit. Answers files that they leave unused. */
  also?: () => string[];
  filesOnFailure: string[];
}

/** Makes a version and its notifications one durable change; what that leaves unused on disk goes afterwards. */
export async function commitVersion(
  context: S3Context,
  bucket: Bucket,
  content: NewVersion,
  options: CommitOptions,
): Promise<ObjectVersion> {
  const { name, reason, origin } = options;
  const eventMs = context.kernel.now();
  try {
    const { version, unusedFiles } = await context.kernel.commit(() => {
      options.check?.(context.versions.latest(bucket.name, content.key));
      const written = context.versions.add(bucket, content, eventMs);
      const alsoUnused = options.also?.() ?? [];
      recordEvent(context.outbox, bucket, { name, reason, version: written.version, eventMs, origin });
      return { version: written.version, unusedFiles: [...written.unusedFiles, ...alsoUnused] };
    });
    await context.blobs.remove(unusedFiles);
    return version;
  } catch (error) {
    await context.blobs.remove(options.filesOnFailure);
    throw error;
  }
}

/** The MD5 of the bytes, except under SSE-KMS, where S3's ETags are no digest of the data: code must not take them for one. */
export function etagOf(encryption: ObjectEncryption, md5: string): string {
  return encryption.algorithm === 'AES256' ? md5 : createHash('md5').update(randomBytes(16)).digest('hex');
}

export function checksumHeaders(version: ObjectVersion): Record<string, string> {
  const { checksum } = version.attributes;
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

function writtenHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return {
    etag: `"${version.etag}"`,
    ...versionHeaders(bucket, version),
    ...encryptionHeaders(version.attributes.encryption),
    ...checksumHeaders(version),
  };
}
