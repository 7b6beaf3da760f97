import type { Bucket, LifecycleRule } from './bucket.ts';
import type { S3Context } from './context.ts';
import { type EventName, recordEvent, serviceOrigin } from './notifications.ts';
import { isLocked } from './object-lock.ts';
import { deleteMarkerContent, type ObjectVersion } from './object-version.ts';

const dayMs = 86_400_000;
const blockSize = 256;
/** Behind every key: keys are read forwards from here on nothing is left. */
const firstPlace = { key: '', sequence: 0 };

/** S3 counts days from the change and rounds up to the next midnight UTC. */
function dueMs(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * dayMs) / dayMs) * dayMs;
}

/**
 * Applies every bucket's lifecycle rules as of `nowMs`: expires current objects, removes noncurrent versions and lone
 * delete markers, changes storage classes, aborts old uploads. Locked versions stay. Safe to run at any time.
 */
export async function sweepLifecycle(context: S3Context, nowMs: number): Promise<void> {
  for (const bucket of context.buckets.all()) {
    const { lifecycle } = bucket.settings;
    if (lifecycle.length === 0) continue;
    await sweepVersions(context, bucket, lifecycle, nowMs);
    await sweepUploads(context, bucket, lifecycle, nowMs);
  }
}

async function sweepVersions(
  context: S3Context,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  nowMs: number,
): Promise<void> {
  let place = firstPlace;
  let history: KeyHistory = { key: '', newerCount: 0 };
  for (;;) {
    const block = context.versions.versionsFrom(bucket.name, '', place.key, place.sequence, blockSize);
    const last = block.at(-1);
    if (last === undefined) return;
    place = { key: last.key, sequence: last.sequence };
    const steps = block.map((version) => {
      const step: SweepStep = { version, ...historyOf(history, version) };
      history = { key: version.key, newerCount: step.newerCount + 1, newer: version };
      return step;
    });
    const unusedFiles = await context.kernel.commit(() =>
      steps.flatMap((step) => applyRules(context, bucket, rules, step, nowMs)),
    );
    await context.blobs.remove(unusedFiles);
  }
}

/** What lies above a version: how many newer ones its key has, and the next newer. */
interface KeyHistory {
  key: string;
  newerCount: number;
  newer?: ObjectVersion;
}

interface SweepStep {
  version: ObjectVersion;
  newerCount: number;
  /** When the version was superseded. */
  noncurrentSinceMs?: number;
}

function historyOf(history: KeyHistory, version: ObjectVersion): Omit<SweepStep, 'version'> {
  if (history.key !== version.key || history.newer === undefined) return { newerCount: 0 };
  return { newerCount: history.newerCount, noncurrentSinceMs: history.newer.modifiedMs };
}

function isCovered(rule: LifecycleRule, version: ObjectVersion): boolean {
  return (
    version.key.startsWith(rule.prefix) &&
    Object.entries(rule.tags).every(([name, value]) => version.tags[name] === value) &&
    (rule.sizeGreaterThan === undefined || version.sizeBytes > rule.sizeGreaterThan) &&
    (rule.sizeLessThan === undefined || version.sizeBytes < rule.sizeLessThan)
  );
}

function applyRules(
  context: S3Context,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  step: SweepStep,
  nowMs: number,
): string[] {
  const { version } = step;
  const covering = rules.filter((rule) => isCovered(rule, version));
  if (!version.isLatest) {
    if (!covering.some((rule) => isNoncurrentDue(rule, step, nowMs)) || isLocked(version, nowMs)) return [];
    return removeForGood(context, bucket, version, nowMs);
  }
  if (version.isDeleteMarker) {
    const isAlone =
      context.versions.versionsFrom(bucket.name, '', version.key, version.sequence, 1)[0]?.key !== version.key;
    if (!isAlone || !covering.some((rule) => rule.removeExpiredDeleteMarkers)) return [];
    return removeForGood(context, bucket, version, nowMs);
  }
  if (covering.some((rule) => isCurrentDue(rule, version, nowMs)))
    return expireCurrent(context, bucket, version, nowMs);
  transition(context, covering, version, nowMs);
  return [];
}

function isCurrentDue(rule: LifecycleRule, version: ObjectVersion, nowMs: number): boolean {
  if (rule.expirationDateMs !== undefined && rule.expirationDateMs <= nowMs) return true;
  return rule.expirationDays !== undefined && dueMs(version.modifiedMs, rule.expirationDays) <= nowMs;
}

function isNoncurrentDue(rule: LifecycleRule, step: SweepStep, nowMs: number): boolean {
  if (rule.noncurrentDays === undefined || step.noncurrentSinceMs === undefined) return false;
  return (
    step.newerCount > (rule.newerNoncurrentVersions ?? 0) && dueMs(step.noncurrentSinceMs, rule.noncurrentDays) <= nowMs
  );
}

/** Where versions are kept, expiry puts a delete marker on top; elsewhere the object goes. */
function expireCurrent(context: S3Context, bucket: Bucket, version: ObjectVersion, nowMs: number): string[] {
  if (bucket.settings.versioning === 'Off') return removeForGood(context, bucket, version, nowMs);
  const written = context.versions.add(bucket, { ...deleteMarkerContent, key: version.key }, nowMs, true);
  tell(context, bucket, 'LifecycleExpiration:DeleteMarkerCreated', written.version, nowMs);
  return written.unusedFiles;
}

function removeForGood(context: S3Context, bucket: Bucket, version: ObjectVersion, nowMs: number): string[] {
  const files = context.versions.remove(version);
  const removed = { ...version, sequence: context.versions.nextSequence() };
  tell(context, bucket, 'LifecycleExpiration:Delete', removed, nowMs);
  return files;
}

function tell(context: S3Context, bucket: Bucket, name: EventName, version: ObjectVersion, eventMs: number): void {
  recordEvent(context.outbox, bucket, {
    name,
    reason: 'Lifecycle Expiration',
    version,
    eventMs,
    origin: serviceOrigin(),
  });
}

function transition(context: S3Context, rules: readonly LifecycleRule[], version: ObjectVersion, nowMs: number): void {
  const due = rules
    .flatMap((rule) => rule.transitions)
    .filter((step) => dueMs(version.modifiedMs, step.days) <= nowMs)
    .sort((a, b) => b.days - a.days)[0];
  if (due !== undefined && due.storageClass !== version.storageClass) {
    context.versions.setStorageClass(version, due.storageClass);
  }
}

async function sweepUploads(
  context: S3Context,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  nowMs: number,
): Promise<void> {
  let place = { key: '', uploadId: '' };
  for (;;) {
    const block = context.uploads.list(bucket.name, place.key, place.uploadId, blockSize);
    const last = block.at(-1);
    if (last === undefined) return;
    place = last;
    const due = block.filter((upload) =>
      rules.some(
        (rule) =>
          upload.key.startsWith(rule.prefix) &&
          rule.abortUploadsAfterDays !== undefined &&
          dueMs(upload.initiatedMs, rule.abortUploadsAfterDays) <= nowMs,
      ),
    );
    const files = await context.kernel.commit(() => due.flatMap((upload) => context.uploads.remove(upload.uploadId)));
    await context.blobs.remove(files);
  }
}
