import {
  type BucketEncryption,
  type BucketSettings,
  type CorsRule,
  type DefaultRetention,
  defaultSettings,
  type LifecycleRule,
  type QueueNotification,
} from './bucket.ts';
import { supportedEvents } from './notifications.ts';
import type { TemplateValue } from './template-values.ts';

const dayMs = 86_400_000;

/** Settings of an `AWS::S3::Bucket`. Errors: any member that this service would have to ignore. */
export function parseBucketSettings(properties: TemplateValue): BucketSettings {
  const objectLock = properties.get('ObjectLockEnabled').flag();
  const access = properties.get('PublicAccessBlockConfiguration');
  const retention = parseDefaultRetention(properties.get('ObjectLockConfiguration'));
  const notifications = properties.get('NotificationConfiguration');
  return {
    ...defaultSettings(),
    objectLock,
    versioning: parseVersioning(properties.get('VersioningConfiguration'), objectLock),
    ...(retention === undefined ? {} : { defaultRetention: retention }),
    encryption: parseEncryption(properties.get('BucketEncryption')),
    cors: properties.get('CorsConfiguration').only('CorsRules').get('CorsRules').list().map(parseCorsRule),
    lifecycle: properties
      .get('LifecycleConfiguration')
      .only('Rules', 'TransitionDefaultMinimumObjectSize')
      .get('Rules')
      .list()
      .filter((rule) => rule.get('Status').text() !== 'Disabled')
      .map(parseLifecycleRule),
    queues: parseTemplateQueues(notifications),
    eventBridge: notifications.get('EventBridgeConfiguration').isPresent,
    blockPublicPolicy: access.isPresent ? access.get('BlockPublicPolicy').flag() : true,
    restrictPublicBuckets: access.isPresent ? access.get('RestrictPublicBuckets').flag() : true,
  };
}

function parseVersioning(value: TemplateValue, objectLock: boolean): BucketSettings['versioning'] {
  const status = value.only('Status').get('Status').text();
  if (status === 'Enabled' || (status === undefined && objectLock)) return 'Enabled';
  if (objectLock) throw new Error(`${value.path} must be Enabled on a bucket with Object Lock`);
  return status === undefined ? 'Off' : 'Suspended';
}

function parseDefaultRetention(value: TemplateValue): DefaultRetention | undefined {
  const retention = value
    .only('ObjectLockEnabled', 'Rule')
    .get('Rule')
    .only('DefaultRetention')
    .get('DefaultRetention')
    .only('Mode', 'Days', 'Years');
  if (!retention.isPresent) return undefined;
  const mode = retention.get('Mode').requiredText();
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw new Error(`${retention.path}.Mode is not a retention mode`);
  const days = retention.get('Days').number() ?? (retention.get('Years').number() ?? 0) * 365;
  return { mode, durationMs: days * dayMs };
}

function parseEncryption(value: TemplateValue): BucketEncryption {
  const rule = value.only('ServerSideEncryptionConfiguration').get('ServerSideEncryptionConfiguration').list()[0];
  if (rule === undefined) return { algorithm: 'AES256', bucketKey: false };
  const standard = rule
    .only('BucketKeyEnabled', 'ServerSideEncryptionByDefault', 'BlockedEncryptionTypes')
    .get('ServerSideEncryptionByDefault')
    .only('SSEAlgorithm', 'KMSMasterKeyID');
  const algorithm = standard.get('SSEAlgorithm').requiredText();
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    throw new Error(`${standard.path}.SSEAlgorithm ${algorithm} is not understood by localcloud`);
  }
  const keyId = standard.get('KMSMasterKeyID').text();
  return {
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    bucketKey: algorithm === 'aws:kms' && rule.get('BucketKeyEnabled').flag(),
  };
}

function texts(value: TemplateValue): string[] {
  return value.list().map((item) => item.requiredText());
}

function parseCorsRule(rule: TemplateValue): CorsRule {
  rule.only('Id', 'AllowedOrigins', 'AllowedMethods', 'AllowedHeaders', 'ExposedHeaders', 'MaxAge');
  const id = rule.get('Id').text();
  const maxAgeSeconds = rule.get('MaxAge').number();
  return {
    ...(id === undefined ? {} : { id }),
    origins: texts(rule.get('AllowedOrigins')),
    methods: texts(rule.get('AllowedMethods')),
    headers: texts(rule.get('AllowedHeaders')),
    exposed: texts(rule.get('ExposedHeaders')),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}

const lifecycleMembers = [
  'Id',
  'Status',
  'Prefix',
  'TagFilters',
  'ObjectSizeGreaterThan',
  'ObjectSizeLessThan',
  'ExpirationInDays',
  'ExpirationDate',
  'ExpiredObjectDeleteMarker',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionExpirationInDays',
  'AbortIncompleteMultipartUpload',
  'Transitions',
];

function parseLifecycleRule(rule: TemplateValue): LifecycleRule {
  rule.only(...lifecycleMembers);
  const noncurrent = rule.get('NoncurrentVersionExpiration').only('NoncurrentDays', 'NewerNoncurrentVersions');
  const dateText = rule.get('ExpirationDate').text();
  return {
    id: rule.get('Id').text() ?? '',
    prefix: rule.get('Prefix').text() ?? '',
    tags: Object.fromEntries(
      rule
        .get('TagFilters')
        .list()
        .map((tag) => [tag.get('Key').requiredText(), tag.get('Value').requiredText()]),
    ),
    removeExpiredDeleteMarkers: rule.get('ExpiredObjectDeleteMarker').flag(),
    ...present('sizeGreaterThan', rule.get('ObjectSizeGreaterThan').number()),
    ...present('sizeLessThan', rule.get('ObjectSizeLessThan').number()),
    ...present('expirationDays', rule.get('ExpirationInDays').number()),
    ...present('expirationDateMs', dateText === undefined ? undefined : Date.parse(dateText)),
    ...present(
      'noncurrentDays',
      noncurrent.get('NoncurrentDays').number() ?? rule.get('NoncurrentVersionExpirationInDays').number(),
    ),
    ...present('newerNoncurrentVersions', noncurrent.get('NewerNoncurrentVersions').number()),
    ...present(
      'abortUploadsAfterDays',
      rule.get('AbortIncompleteMultipartUpload').only('DaysAfterInitiation').get('DaysAfterInitiation').number(),
    ),
    transitions: rule
      .get('Transitions')
      .list()
      .map((step) => ({
        storageClass: step.only('StorageClass', 'TransitionInDays').get('StorageClass').requiredText(),
        days: step.get('TransitionInDays').number() ?? 0,
      })),
  };
}

type NumberMember = Exclude<
  {
    [Name in keyof LifecycleRule]-?: LifecycleRule[Name] extends number | undefined ? Name : never;
  }[keyof LifecycleRule],
  undefined
>;

function present(name: NumberMember, value: number | undefined): Partial<Record<NumberMember, number>> {
  return value === undefined ? {} : { [name]: value };
}

/** `NotificationConfiguration` of the bucket resource itself: one event and flat filters per entry. */
function parseTemplateQueues(value: TemplateValue): QueueNotification[] {
  value.only('QueueConfigurations', 'EventBridgeConfiguration');
  return value
    .get('QueueConfigurations')
    .list()
    .map((entry, index) => {
      entry.only('Event', 'Queue', 'Filter');
      const rules = entry.get('Filter').get('S3Key').get('Rules');
      return {
        id: `queue-${index}`,
        queueArn: entry.get('Queue').requiredText(),
        events: [checkedEvent(entry.get('Event'))],
        ...parseKeyFilter(rules),
      };
    });
}

/** The same in the shape of the API, which CDK's notifications resource passes on. */
export function parseApiQueues(value: TemplateValue): QueueNotification[] {
  value.only('QueueConfigurations', 'EventBridgeConfiguration');
  return value
    .get('QueueConfigurations')
    .list()
    .map((entry, index) => {
      entry.only('Id', 'Events', 'QueueArn', 'Filter');
      return {
        id: entry.get('Id').text() ?? `queue-${index}`,
        queueArn: entry.get('QueueArn').requiredText(),
        events: entry.get('Events').list().map(checkedEvent),
        ...parseKeyFilter(entry.get('Filter').get('Key').get('FilterRules')),
      };
    });
}

function checkedEvent(value: TemplateValue): string {
  const event = value.requiredText();
  const known: readonly string[] = supportedEvents;
  if (!known.includes(event)) throw new Error(`${value.path} ${event} is not an event that localcloud tells of`);
  return event;
}

function parseKeyFilter(rules: TemplateValue): { prefix: string; suffix: string } {
  const filter = { prefix: '', suffix: '' };
  for (const rule of rules.list()) {
    const name = rule.get('Name').requiredText().toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') throw new Error(`${rule.path}.Name must be prefix or suffix`);
    filter[name] = rule.get('Value').requiredText();
  }
  return filter;
}
