import { AwsError } from '../../kernel/types.ts';
import { concealedUnlessListable } from './authorization.ts';
import type { Bucket } from './bucket.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion, RefusalWithHeaders } from './errors.ts';
import type { ObjectVersion } from './object-version.ts';

/** `versionId` of the request; empty text is refused as S3 does. */
export function requestedVersionId(call: ObjectCall): string | undefined {
  const versionId = call.request.query.get('versionId') ?? undefined;
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  return versionId;
}

/** Action names differ for a named version: `s3:GetObject` and `s3:GetObjectVersion`. */
export function versionedAction(call: ObjectCall, plain: string, versioned: string): string {
  return requestedVersionId(call) === undefined ? plain : versioned;
}

/**
 * The version that a request is about.
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker asked for by its id
 */
export function requireVersion(context: S3Context, call: ObjectCall): ObjectVersion {
  const versionId = requestedVersionId(call);
  return locateVersion(context, call, versionId);
}

export function locateVersion(context: S3Context, call: ObjectCall, versionId: string | undefined): ObjectVersion {
  const { bucket, key } = call;
  if (versionId !== undefined) {
    const version = context.versions.version(bucket.name, key, versionId);
    if (version === undefined) throw concealedUnlessListable(context, call, noSuchVersion(key, versionId));
    if (version.isDeleteMarker) {
      throw new RefusalWithHeaders(methodNotAllowed(call.request.method, 'DeleteMarker'), {
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': versionId,
        'last-modified': new Date(version.modifiedMs).toUTCString(),
        allow: 'DELETE',
      });
    }
    return version;
  }
  const latest = context.versions.latest(bucket.name, key);
  if (latest === undefined) throw concealedUnlessListable(context, call, noSuchKey(key));
  if (latest.isDeleteMarker) {
    throw new RefusalWithHeaders(concealedUnlessListable(context, call, noSuchKey(key)), {
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': latest.versionId,
    });
  }
  return latest;
}

/** `x-amz-version-id`, which S3 leaves out for buckets that never had versioning. */
export function versionHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  return bucket.settings.versioning === 'Off' ? {} : { 'x-amz-version-id': version.versionId };
}

/** @throws AwsError `InvalidObjectState` for bytes that would have to be restored from the archive first. */
export function requireReadableClass(version: ObjectVersion): void {
  if (version.storageClass !== 'GLACIER' && version.storageClass !== 'DEEP_ARCHIVE') return;
  throw new AwsError('InvalidObjectState', 403, "The operation is not valid for the object's storage class", {
    StorageClass: version.storageClass,
  });
}
