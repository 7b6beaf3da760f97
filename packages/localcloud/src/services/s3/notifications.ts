import { type AwsRequest, accountId, region } from '../../kernel/types.ts';
import { type Bucket, bucketArn, type QueueNotification } from './bucket.ts';
import type { NotificationOutbox } from './notification-outbox.ts';
import { type ObjectVersion, sequencerOf } from './object-version.ts';

/** Events that this service can tell of; a configuration that asks for others fails the start. */
export const supportedEvents = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
] as const;

type Wildcard = `${string}:*`;
/** `ObjectCreated:Put` …, as the record's `eventName` has it. */
export type EventName = Exclude<(typeof supportedEvents)[number], Wildcard> extends `s3:${infer Name}` ? Name : never;

export interface ObjectEvent {
  name: EventName;
  /** API operation as EventBridge's `reason` names it: `PutObject`, `DeleteObject` … */
  reason: string;
  version: ObjectVersion;
  eventMs: number;
  origin: EventOrigin;
}

/** Who caused an event. */
export interface EventOrigin {
  requestId: string;
  principalId: string;
  sourceIp: string;
}

export function originOf(request: AwsRequest): EventOrigin {
  const { principal } = request;
  const principalId =
    principal.kind === 'role' ? `AWS:${principal.accessKeyId}:${principal.sessionName}` : `AWS:${accountId}`;
  return { requestId: request.requestId, principalId, sourceIp: '127.0.0.1' };
}

/** What S3 does on its own: lifecycle rules. */
export function serviceOrigin(): EventOrigin {
  return { requestId: '0000000000000000', principalId: 's3.amazonaws.com', sourceIp: 's3.amazonaws.com' };
}

const defaultBusArn = `arn:aws:events:${region}:${accountId}:event-bus/default`;

/** Puts an event into the outbox for everyone whom the bucket's settings name. Call inside the event's own commit. */
export function recordEvent(outbox: NotificationOutbox, bucket: Bucket, event: ObjectEvent): void {
  for (const queue of bucket.settings.queues) {
    if (!isWanted(queue, event)) continue;
    const body = { Records: [eventRecord(bucket, queue.id, event)] };
    outbox.add(bucket.name, { kind: 'queue', arn: queue.queueArn }, body);
  }
  if (bucket.settings.eventBridge) {
    outbox.add(bucket.name, { kind: 'bus', arn: defaultBusArn }, bridgeEvent(bucket, event));
  }
}

/** S3 checks a queue with this message when a bucket's notifications are set; consumers have to bear it. */
export function recordTestEvent(outbox: NotificationOutbox, bucket: string, queueArn: string, nowMs: number): void {
  outbox.add(
    bucket,
    { kind: 'queue', arn: queueArn },
    {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: new Date(nowMs).toISOString(),
      Bucket: bucket,
      RequestId: '0000000000000000',
      HostId: 'localcloud',
    },
  );
}

function isWanted(queue: QueueNotification, { name, version }: ObjectEvent): boolean {
  const full = `s3:${name}`;
  const isEvent = queue.events.some((event) =>
    event.endsWith('*') ? full.startsWith(event.slice(0, -1)) : event === full,
  );
  return isEvent && version.key.startsWith(queue.prefix) && version.key.endsWith(queue.suffix);
}

/** Keys in queue records are form-encoded (a space is `+`); those in EventBridge events are not. */
function formEncodedKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Event message structure 2.1 (2.3 for lifecycle and tagging events). */
function eventRecord(bucket: Bucket, configurationId: string, event: ObjectEvent): Record<string, unknown> {
  const { name, version, origin } = event;
  const isCreation = name.startsWith('ObjectCreated:');
  return {
    eventVersion: name.startsWith('ObjectCreated:') || name.startsWith('ObjectRemoved:') ? '2.1' : '2.3',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(event.eventMs).toISOString(),
    eventName: name,
    userIdentity: { principalId: origin.principalId },
    requestParameters: { sourceIPAddress: origin.sourceIp },
    responseElements: { 'x-amz-request-id': origin.requestId, 'x-amz-id-2': `localcloud/${origin.requestId}` },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: accountId },
        arn: bucketArn(bucket.name),
      },
      object: {
        key: formEncodedKey(version.key),
        ...(isCreation ? { size: version.sizeBytes } : {}),
        ...(version.etag === '' || name.endsWith(':Delete') ? {} : { eTag: version.etag }),
        ...(bucket.settings.versioning === 'Off' ? {} : { versionId: version.versionId }),
        sequencer: sequencerOf(version.sequence),
      },
    },
  };
}

const detailTypes: Record<string, string> = {
  ObjectCreated: 'Object Created',
  ObjectRemoved: 'Object Deleted',
  LifecycleExpiration: 'Object Deleted',
};

function detailTypeOf(name: EventName): string {
  if (name === 'ObjectTagging:Put') return 'Object Tags Added';
  if (name === 'ObjectTagging:Delete') return 'Object Tags Deleted';
  return detailTypes[name.slice(0, name.indexOf(':'))] ?? name;
}

function bridgeEvent(bucket: Bucket, event: ObjectEvent): Record<string, unknown> {
  const { name, version, origin } = event;
  const detailType = detailTypeOf(name);
  const isDeletion = detailType === 'Object Deleted';
  return {
    source: 'aws.s3',
    'detail-type': detailType,
    time: new Date(event.eventMs).toISOString(),
    resources: [bucketArn(bucket.name)],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(isDeletion ? {} : { size: version.sizeBytes }),
        ...(version.etag === '' || isDeletion ? {} : { etag: version.etag }),
        ...(bucket.settings.versioning === 'Off' ? {} : { 'version-id': version.versionId }),
        sequencer: sequencerOf(version.sequence),
      },
      'request-id': origin.requestId,
      requester: origin.principalId === 's3.amazonaws.com' ? origin.principalId : accountId,
      ...(origin.sourceIp === 's3.amazonaws.com' ? {} : { 'source-ip-address': origin.sourceIp }),
      ...(detailType.startsWith('Object Tags') ? {} : { reason: event.reason }),
      ...(isDeletion
        ? { 'deletion-type': name.endsWith('DeleteMarkerCreated') ? 'Delete Marker Created' : 'Permanently Deleted' }
        : {}),
    },
  };
}
