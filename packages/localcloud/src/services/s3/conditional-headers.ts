import { AwsError, notImplemented } from '../../kernel/types.ts';
import { noSuchKey, preconditionFailed, RefusalWithHeaders } from './errors.ts';
import type { ObjectVersion } from './object-version.ts';

type Headers = Readonly<Record<string, string>>;

function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((item) => {
    const candidate = item.trim().replace(/^W\//, '').replaceAll('"', '');
    return candidate === '*' || candidate === etag;
  });
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function parseDate(header: string | undefined): number | undefined {
  const ms = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * RFC 9110 preconditions of a read, with its precedence: an ETag condition silences the date condition of its kind.
 * @throws AwsError `PreconditionFailed` (412) or `NotModified` (304)
 */
export function checkReadConditions(headers: Headers, version: ObjectVersion, prefix = ''): void {
  const ifMatch = headers[`${prefix}if-match`];
  const ifUnmodified = parseDate(headers[`${prefix}if-unmodified-since`]);
  const modified = wholeSeconds(version.modifiedMs);
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, version.etag)) throw preconditionFailed('If-Match');
  } else if (ifUnmodified !== undefined && modified > wholeSeconds(ifUnmodified)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const ifModified = parseDate(headers[`${prefix}if-modified-since`]);
  const isUnchanged =
    ifNoneMatch === undefined
      ? ifModified !== undefined && modified <= wholeSeconds(ifModified)
      : matchesEtag(ifNoneMatch, version.etag);
  if (!isUnchanged) return;
  if (prefix !== '') throw preconditionFailed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  throw new RefusalWithHeaders(new AwsError('NotModified', 304, 'Not Modified'), {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedMs).toUTCString(),
  });
}

/**
 * Conditional writes: `If-None-Match: *` (nothing there yet) and `If-Match: ETAG` (still what the writer read).
 * A delete marker counts as nothing there. Checked again inside the commit, where no other writer can come between.
 * @throws AwsError `PreconditionFailed`, `NoSuchKey`, or `NotImplemented` for the forms that S3 does not take
 */
export function checkWriteConditions(headers: Headers, key: string, latest: ObjectVersion | undefined): void {
  const current = latest?.isDeleteMarker === true ? undefined : latest;
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') throw notImplemented('If-None-Match with an ETag on a write');
    if (current !== undefined) throw preconditionFailed('If-None-Match');
  }
  const ifMatch = headers['if-match'];
  if (ifMatch === undefined) return;
  if (ifMatch.trim() === '*') throw notImplemented('If-Match: * on a write');
  checkCurrentEtag(ifMatch, key, latest);
}

/** `If-Match` of a delete or an overwrite against the current version; `*` means that one exists. */
export function checkCurrentEtag(ifMatch: string, key: string, latest: ObjectVersion | undefined): void {
  if (latest === undefined) throw noSuchKey(key);
  if (latest.isDeleteMarker) {
    if (ifMatch.trim() === '*') throw preconditionFailed('If-Match');
    throw noSuchKey(key);
  }
  if (!matchesEtag(ifMatch, latest.etag)) throw preconditionFailed('If-Match');
}
