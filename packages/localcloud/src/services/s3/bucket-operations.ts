import { AwsError, type AwsRequest, type AwsResponse, notImplemented, region } from '../../kernel/types.ts';
import { authorizeBucket } from './authorization.ts';
import { type BucketSettings, bucketArn, type CorsRule, defaultSettings } from './bucket.ts';
import type { BucketCall, S3Context } from './context.ts';
import { malformedXml } from './errors.ts';
import { ownerElement } from './list-objects.ts';
import { readDocument } from './verified-body.ts';
import { parseXml, type XmlElement, xmlResponse } from './xml.ts';

export async function listBuckets(context: S3Context, request: AwsRequest): Promise<AwsResponse> {
  context.kernel.authorize({ principal: request.principal, action: 's3:ListAllMyBuckets', resourceArn: '*' });
  const buckets = context.buckets.all().map(({ name, createdMs }): XmlElement => {
    return [
      'Bucket',
      [
        ['Name', name],
        ['CreationDate', new Date(createdMs).toISOString()],
      ],
    ];
  });
  return xmlResponse('ListAllMyBucketsResult', [ownerElement, ['Buckets', buckets]]);
}

/** @throws Error for a name that S3 would not take */
export function checkBucketName(name: string): void {
  const isShaped = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  if (!isShaped || name.includes('..') || /^\d+\.\d+\.\d+\.\d+$/.test(name)) {
    throw new AwsError('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name });
  }
}

export async function createBucket(context: S3Context, request: AwsRequest, name: string): Promise<AwsResponse> {
  checkBucketName(name);
  context.kernel.authorize({ principal: request.principal, action: 's3:CreateBucket', resourceArn: bucketArn(name) });
  const body = await readDocument(request);
  const constraint =
    body.length === 0 ? undefined : parseXml(body, 'CreateBucketConfiguration').text('LocationConstraint');
  if (constraint !== undefined && constraint !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      400,
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (context.buckets.get(name) !== undefined) {
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      409,
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: name },
    );
  }
  const objectLock = request.headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true';
  const versioning = objectLock ? 'Enabled' : 'Off';
  const settings: BucketSettings = { ...defaultSettings(), objectLock, versioning };
  await context.kernel.commit(() => context.buckets.put({ name, createdMs: context.kernel.now(), settings }));
  return { status: 200, headers: { location: `/${name}` } };
}

export async function deleteBucket(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:DeleteBucket');
  await context.kernel.commit(() => {
    if (context.versions.hasVersions(call.bucket.name)) {
      throw new AwsError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', {
        BucketName: call.bucket.name,
      });
    }
    context.buckets.delete(call.bucket.name);
  });
  return { status: 204 };
}

export async function headBucket(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:ListBucket');
  return { status: 200, headers: { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' } };
}

/** us-east-1 is the empty constraint. */
export async function getBucketLocation(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:GetBucketLocation');
  return xmlResponse('LocationConstraint', []);
}

export async function getBucketVersioning(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:GetBucketVersioning');
  const { versioning } = call.bucket.settings;
  return xmlResponse('VersioningConfiguration', versioning === 'Off' ? [] : [['Status', versioning]]);
}

export async function putBucketVersioning(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:PutBucketVersioning');
  const status = parseXml(await readDocument(call.request), 'VersioningConfiguration').text('Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  if (status === 'Suspended' && call.bucket.settings.objectLock) {
    throw new AwsError(
      'InvalidBucketState',
      409,
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  await context.kernel.commit(() => context.buckets.update(call.bucket, { versioning: status }));
  return { status: 200 };
}

export async function putBucketCors(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:PutBucketCORS');
  const rules = parseXml(await readDocument(call.request), 'CORSConfiguration').children('CORSRule');
  const cors = rules.map((rule): CorsRule => {
    const maxAge = rule.text('MaxAgeSeconds');
    return {
      origins: rule.texts('AllowedOrigin'),
      methods: rule.texts('AllowedMethod'),
      headers: rule.texts('AllowedHeader'),
      exposed: rule.texts('ExposeHeader'),
      ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }),
    };
  });
  await context.kernel.commit(() => context.buckets.update(call.bucket, { cors }));
  return { status: 200 };
}

export async function getObjectLockConfiguration(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:GetBucketObjectLockConfiguration');
  const { objectLock, defaultRetention } = call.bucket.settings;
  if (!objectLock) {
    throw new AwsError(
      'ObjectLockConfigurationNotFoundError',
      404,
      'Object Lock configuration does not exist for this bucket',
      { BucketName: call.bucket.name },
    );
  }
  const rule: XmlElement[] =
    defaultRetention === undefined
      ? []
      : [
          [
            'Rule',
            [
              [
                'DefaultRetention',
                [
                  ['Mode', defaultRetention.mode],
                  ['Days', defaultRetention.durationMs / 86_400_000],
                ],
              ],
            ],
          ],
        ];
  return xmlResponse('ObjectLockConfiguration', [['ObjectLockEnabled', 'Enabled'], ...rule]);
}

export async function putObjectLockConfiguration(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:PutBucketObjectLockConfiguration');
  if (call.bucket.settings.versioning !== 'Enabled') {
    throw new AwsError(
      'InvalidBucketState',
      409,
      'Versioning must be Enabled on the bucket to apply a Object Lock configuration',
    );
  }
  const document = parseXml(await readDocument(call.request), 'ObjectLockConfiguration');
  const retention = document.child('Rule')?.child('DefaultRetention');
  const mode = retention?.text('Mode');
  const days = retention?.text('Days');
  if (retention !== undefined && days === undefined) throw notImplemented('default retention in years');
  if (mode !== undefined && mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw malformedXml();
  const { defaultRetention: _replaced, ...others } = call.bucket.settings;
  const settings: BucketSettings = {
    ...others,
    objectLock: true,
    ...(mode === undefined ? {} : { defaultRetention: { mode, durationMs: Number(days) * 86_400_000 } }),
  };
  await context.kernel.commit(() => context.buckets.put({ ...call.bucket, settings }));
  return { status: 200 };
}
