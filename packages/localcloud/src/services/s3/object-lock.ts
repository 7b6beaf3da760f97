import type { AwsResponse } from '../../kernel/types.ts';
import { AwsError } from '../../kernel/types.ts';
import { authorizeObject, isAllowed } from './authorization.ts';
import type { Bucket, RetentionMode } from './bucket.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { requireVersion, versionHeaders } from './locate-version.ts';
import type { ObjectDraft, ObjectVersion, Retention } from './object-version.ts';
import { readDocument } from './verified-body.ts';
import { parseXml, xmlResponse } from './xml.ts';

type Headers = Readonly<Record<string, string>>;
type LockDraft = Pick<ObjectDraft, 'retention' | 'legalHold'>;

const modeHeader = 'x-amz-object-lock-mode';
const untilHeader = 'x-amz-object-lock-retain-until-date';
const holdHeader = 'x-amz-object-lock-legal-hold';
const bypassHeader = 'x-amz-bypass-governance-retention';

/** Retention and legal hold that a write asks for in its headers. */
export function parseLockHeaders(headers: Headers, bucket: Bucket, nowMs: number): LockDraft {
  const mode = headers[modeHeader];
  const until = headers[untilHeader];
  const hold = headers[holdHeader];
  if (mode === undefined && until === undefined && hold === undefined) return { legalHold: false };
  requireLockedBucket(bucket);
  if (
    headers['content-md5'] === undefined &&
    !Object.keys(headers).some((name) => /^x-amz-(checksum-.|trailer$)/.test(name))
  ) {
    throw invalidRequest(
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  if ((mode === undefined) !== (until === undefined)) {
    const message = `${untilHeader} and ${modeHeader} must both be supplied`;
    throw invalidArgument(message, mode === undefined ? modeHeader : untilHeader, '');
  }
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw invalidArgument('Legal Hold must be either of ON or OFF', holdHeader, hold);
  }
  return {
    legalHold: hold === 'ON',
    ...(mode === undefined || until === undefined ? {} : { retention: parseRetention(mode, until, nowMs) }),
  };
}

/** The bucket's own retention, for a write that names none. */
export function defaultRetentionOf(headers: Headers, bucket: Bucket, nowMs: number): { retention?: Retention } {
  const { defaultRetention } = bucket.settings;
  if (defaultRetention === undefined || headers[modeHeader] !== undefined) return {};
  return { retention: { mode: defaultRetention.mode, untilMs: nowMs + defaultRetention.durationMs } };
}

function parseRetention(mode: string, until: string, nowMs: number): Retention {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw invalidArgument('Unknown wormMode directive.', modeHeader, mode);
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs)) {
    throw invalidArgument('The retain until date must be provided in ISO 8601 format', untilHeader, until);
  }
  if (untilMs <= nowMs) throw invalidArgument('The retain until date must be in the future!', untilHeader, until);
  return { mode, untilMs };
}

function requireLockedBucket(bucket: Bucket): void {
  if (!bucket.settings.objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
}

function isRetained(version: ObjectVersion, nowMs: number): boolean {
  return version.retention !== undefined && version.retention.untilMs > nowMs;
}

function mayBypassGovernance(context: S3Context, call: ObjectCall): boolean {
  return (
    call.request.headers[bypassHeader]?.toLowerCase() === 'true' &&
    isAllowed(() => authorizeObject(context, call, 's3:BypassGovernanceRetention'))
  );
}

/** True while nothing and nobody may remove the version: what lifecycle rules ask. */
export function isLocked(version: ObjectVersion, nowMs: number): boolean {
  return version.legalHold || isRetained(version, nowMs);
}

/** @throws AwsError `AccessDenied` when a legal hold or a retention forbids to remove the version for good. */
export function checkRemovable(context: S3Context, call: ObjectCall, version: ObjectVersion): void {
  if (!isLocked(version, context.kernel.now())) return;
  const isBypassed =
    !version.legalHold && version.retention?.mode === 'GOVERNANCE' && mayBypassGovernance(context, call);
  if (!isBypassed) throw accessDenied('Access Denied because object protected by object lock.');
}

export function lockHeaders(context: S3Context, call: ObjectCall, version: ObjectVersion): Record<string, string> {
  if (!call.bucket.settings.objectLock) return {};
  const headers: Record<string, string> = {};
  if (version.retention !== undefined && isAllowed(() => authorizeObject(context, call, 's3:GetObjectRetention'))) {
    headers[modeHeader] = version.retention.mode;
    headers[untilHeader] = new Date(version.retention.untilMs).toISOString();
  }
  if (version.legalHold && isAllowed(() => authorizeObject(context, call, 's3:GetObjectLegalHold'))) {
    headers[holdHeader] = 'ON';
  }
  return headers;
}

export async function putObjectRetention(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:PutObjectRetention');
  requireLockedBucket(call.bucket);
  const body = await readDocument(call.request);
  const document = parseXml(body, 'Retention');
  const mode = document.text('Mode');
  const until = document.text('RetainUntilDate');
  if ((mode === undefined) !== (until === undefined)) throw malformedXml();
  const nowMs = context.kernel.now();
  const wanted = mode === undefined || until === undefined ? undefined : parseRetention(mode, until, nowMs);
  await context.kernel.commit(() => {
    const version = requireVersion(context, call);
    if (isRetained(version, nowMs) && !isStrengthened(version.retention, wanted)) {
      const isBypassed = version.retention?.mode === 'GOVERNANCE' && mayBypassGovernance(context, call);
      if (!isBypassed) throw accessDenied('Access Denied because object protected by object lock.');
    }
    context.versions.setRetention(version, wanted);
  });
  return { status: 200 };
}

/** A running retention may only be made longer, or turned from GOVERNANCE into COMPLIANCE. */
function isStrengthened(current: Retention | undefined, wanted: Retention | undefined): boolean {
  if (current === undefined) return true;
  if (wanted === undefined || wanted.untilMs < current.untilMs) return false;
  const rank: Record<RetentionMode, number> = { GOVERNANCE: 0, COMPLIANCE: 1 };
  return rank[wanted.mode] >= rank[current.mode];
}

export async function getObjectRetention(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:GetObjectRetention');
  requireLockedBucket(call.bucket);
  const { retention } = requireVersion(context, call);
  if (retention === undefined) throw noLockConfiguration();
  return xmlResponse('Retention', [
    ['Mode', retention.mode],
    ['RetainUntilDate', new Date(retention.untilMs).toISOString()],
  ]);
}

export async function putObjectLegalHold(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:PutObjectLegalHold');
  requireLockedBucket(call.bucket);
  const body = await readDocument(call.request);
  const status = parseXml(body, 'LegalHold').text('Status');
  if (status !== 'ON' && status !== 'OFF') throw malformedXml();
  await context.kernel.commit(() => context.versions.setLegalHold(requireVersion(context, call), status === 'ON'));
  return { status: 200 };
}

export async function getObjectLegalHold(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:GetObjectLegalHold');
  requireLockedBucket(call.bucket);
  const version = requireVersion(context, call);
  return xmlResponse('LegalHold', [['Status', version.legalHold ? 'ON' : 'OFF']], versionHeaders(call.bucket, version));
}

function noLockConfiguration(): AwsError {
  return new AwsError(
    'NoSuchObjectLockConfiguration',
    404,
    'The specified object does not have a ObjectLock configuration',
  );
}
