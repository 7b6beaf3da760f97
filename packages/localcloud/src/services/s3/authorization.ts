import { AwsError, accountId } from '../../kernel/types.ts';
import { bucketArn, objectArn } from './bucket.ts';
import type { BucketCall, ObjectCall, S3Context } from './context.ts';
import { accessDenied } from './errors.ts';

type Conditions = Record<string, string | string[]>;

/** Request headers that bucket and identity policies can ask about as `s3:<header>`. */
const conditionHeaders = [
  'x-amz-acl',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
  'x-amz-metadata-directive',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'if-match',
  'if-none-match',
];

function requestConditions({ request }: BucketCall): Conditions {
  const conditions: Conditions = {
    // localcloud listens on the loopback only, which stands in for TLS.
    'aws:securetransport': 'true',
    's3:tlsversion': '1.3',
    's3:authtype': request.presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:resourceaccount': accountId,
  };
  for (const header of conditionHeaders) {
    const value = request.headers[header];
    if (value !== undefined) conditions[`s3:${header}`] = value;
  }
  const versionId = request.query.get('versionId');
  if (versionId !== null) conditions['s3:versionid'] = versionId;
  return conditions;
}

/** @throws AwsError `AccessDenied` unless policies allow the action on the bucket itself. */
export function authorizeBucket(context: S3Context, call: BucketCall, action: string, extra: Conditions = {}): void {
  check(context, call, action, bucketArn(call.bucket.name), extra);
}

/** @throws AwsError `AccessDenied` unless policies allow the action on the object. */
export function authorizeObject(context: S3Context, call: ObjectCall, action: string, extra: Conditions = {}): void {
  check(context, call, action, objectArn(call.bucket.name, call.key), extra);
}

function check(context: S3Context, call: BucketCall, action: string, resourceArn: string, extra: Conditions): void {
  const { principal } = call.request;
  const { policy, restrictPublicBuckets } = call.bucket.settings;
  if (principal.kind === 'anonymous' && restrictPublicBuckets) throw accessDenied();
  context.kernel.authorize({
    principal,
    action,
    resourceArn,
    context: { ...requestConditions(call), ...extra },
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  });
}

/** For answers that say more to who may know more; a refusal for any other reason is still thrown. */
export function isAllowed(authorize: () => void): boolean {
  try {
    authorize();
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.status === 403) return false;
    throw error;
  }
}

/**
 * What S3 answers for an object that is not there: who may not list the bucket does not learn that it is missing and
 * gets AccessDenied in place of `missing`.
 */
export function concealedUnlessListable(context: S3Context, call: ObjectCall, missing: AwsError): AwsError {
  return isAllowed(() => authorizeBucket(context, call, 's3:ListBucket')) ? missing : accessDenied();
}
