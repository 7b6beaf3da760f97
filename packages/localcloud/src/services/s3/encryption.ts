import { AwsError, notImplemented, type Principal } from '../../kernel/types.ts';
import type { KeyAction } from '../kms/key-gate.ts';
import { bucketArn, objectArn } from './bucket.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import type { ObjectEncryption } from './object-version.ts';

const header = 'x-amz-server-side-encryption';

/**
 * Settles how a new object is encrypted: its own headers first, then the bucket's default. As on AWS, naming `aws:kms`
 * without a key means the account's `aws/s3` key, not the bucket's.
 */
export function resolveEncryption(context: S3Context, call: ObjectCall): ObjectEncryption {
  const { headers } = call.request;
  const defaults = call.bucket.settings.encryption;
  if (Object.keys(headers).some((name) => name.startsWith(`${header}-customer-`))) {
    throw notImplemented('server-side encryption with customer keys');
  }
  const requested = headers[header];
  if (requested !== undefined && requested !== 'AES256' && requested !== 'aws:kms') {
    if (requested === 'aws:kms:dsse') throw notImplemented('dual-layer server-side encryption');
    throw invalidArgument('The encryption method specified is not supported', header, requested);
  }
  const algorithm = requested ?? defaults.algorithm;
  if (algorithm === 'AES256') return { algorithm, bucketKey: false };
  const keyId = requested === undefined ? defaults.keyId : headers[`${header}-aws-kms-key-id`];
  const bucketKeyHeader = headers[`${header}-bucket-key-enabled`];
  return {
    algorithm,
    keyArn: context.keys.arnOf(keyId ?? 'alias/aws/s3'),
    bucketKey: bucketKeyHeader === undefined ? defaults.bucketKey : bucketKeyHeader.toLowerCase() === 'true',
  };
}

/** S3 uses the key on the caller's behalf, so the caller needs the right to it. */
export function authorizeEncryptionKey(
  context: S3Context,
  call: ObjectCall,
  encryption: ObjectEncryption,
  action: KeyAction,
): void {
  const object = { bucket: call.bucket.name, key: call.key };
  authorizeKeyFor(context, call.request.principal, object, encryption, action);
}

/** @throws AwsError `AccessDenied`, or a KMS error under S3's name for it (`KMS.DisabledException`) */
export function authorizeKeyFor(
  context: S3Context,
  principal: Principal,
  object: { bucket: string; key: string },
  encryption: ObjectEncryption,
  action: KeyAction,
): void {
  if (encryption.keyArn === undefined) return;
  const arn = encryption.bucketKey ? bucketArn(object.bucket) : objectArn(object.bucket, object.key);
  try {
    context.keys.authorize(principal, encryption.keyArn, action, {
      via: 's3',
      encryptionContext: { 'aws:s3:arn': arn },
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'AccessDeniedException') throw new AwsError('AccessDenied', 403, error.message);
    throw new AwsError(`KMS.${error.code}`, 400, error.message);
  }
}

export function encryptionHeaders(encryption: ObjectEncryption): Record<string, string> {
  return {
    [header]: encryption.algorithm,
    ...(encryption.keyArn === undefined ? {} : { [`${header}-aws-kms-key-id`]: encryption.keyArn }),
    ...(encryption.bucketKey ? { [`${header}-bucket-key-enabled`]: 'true' } : {}),
  };
}
