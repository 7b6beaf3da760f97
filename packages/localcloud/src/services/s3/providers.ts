import { type ProvisionedResource, type ResourceProvider, region, type TemplateResource } from '../../kernel/types.ts';
import { type Bucket, type BucketSettings, bucketArn, type QueueNotification } from './bucket.ts';
import { checkBucketName } from './bucket-operations.ts';
import { isPublicPolicy } from './bucket-policy.ts';
import { parseApiQueues, parseBucketSettings } from './bucket-template.ts';
import type { S3Context } from './context.ts';
import { recordTestEvent } from './notifications.ts';
import { TemplateValue } from './template-values.ts';

export function createProviders(context: S3Context): ResourceProvider[] {
  return [
    bucketProvider(context),
    bucketPolicyProvider(context),
    notificationsProvider(context),
    autoDeleteProvider(context),
  ];
}

function propertiesOf(resource: TemplateResource): TemplateValue {
  return new TemplateValue(resource.properties, `${resource.stackName}/${resource.logicalId}`);
}

function requireBucket(context: S3Context, value: TemplateValue): Bucket {
  const name = value.requiredText();
  const bucket = context.buckets.get(name);
  if (bucket === undefined) throw new Error(`${value.path}: there is no bucket ${name}`);
  return bucket;
}

function bucketProvider(context: S3Context): ResourceProvider {
  return {
    type: 'AWS::S3::Bucket',
    understood: [
      'BucketName',
      'BucketEncryption',
      'CorsConfiguration',
      'LifecycleConfiguration',
      'NotificationConfiguration',
      'ObjectLockConfiguration',
      'ObjectLockEnabled',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    ],
    harmless: {
      LoggingConfiguration: 'server access logs are delivered hours later on AWS and nothing in the product reads them',
      OwnershipControls: 'ACLs are refused on every bucket, as under BucketOwnerEnforced',
      AccessControl: 'only log delivery is granted by canned ACLs, and access logs are not written',
      Tags: 'bucket tags are for billing and for the CDK custom resources that are not run',
      MetricsConfigurations: 'request metrics are not played',
      AccelerateConfiguration: 'transfer acceleration changes the route, not the answers',
    },
    provision: async (resource) => {
      const properties = propertiesOf(resource);
      const name =
        properties.get('BucketName').text() ??
        context.kernel.physicalName(resource.stackName, resource.logicalId).toLowerCase();
      await provisionBucket(context, name, properties);
      return provisionedBucket(name);
    },
  };
}

async function provisionBucket(context: S3Context, name: string, properties: TemplateValue): Promise<void> {
  checkBucketName(name);
  const settings = parseBucketSettings(properties);
  const existing = context.buckets.get(name);
  if (existing?.settings.objectLock === true && !settings.objectLock) {
    throw new Error(`${properties.path}.ObjectLockEnabled cannot be turned off again`);
  }
  const bucket: Bucket = {
    name,
    createdMs: existing?.createdMs ?? context.kernel.now(),
    settings: existing === undefined ? settings : { ...settings, ...keptSettings(existing, settings, properties) },
  };
  await context.kernel.commit(() => {
    context.buckets.put(bucket);
    testNewQueues(context, bucket, existing?.settings.queues ?? []);
  });
}

/**
 * What other resources of the template set on the bucket stays until they are provisioned again: otherwise objects that
 * arrive during a start would be told to nobody, and every start would test the queues anew. Versioning that was on
 * can only be suspended.
 */
function keptSettings(
  { settings: before }: Bucket,
  settings: BucketSettings,
  properties: TemplateValue,
): Partial<BucketSettings> {
  const hasOwnNotifications = properties.get('NotificationConfiguration').isPresent;
  const wasVersioned = before.versioning !== 'Off';
  return {
    ...(before.policy === undefined ? {} : { policy: before.policy }),
    ...(hasOwnNotifications ? {} : { queues: before.queues, eventBridge: before.eventBridge }),
    ...(wasVersioned && settings.versioning === 'Off' ? { versioning: 'Suspended' } : {}),
  };
}

function provisionedBucket(name: string): ProvisionedResource {
  return {
    ref: name,
    attributes: {
      Arn: bucketArn(name),
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
    },
  };
}

/** A queue that was not notified before gets the test message, as on AWS when a configuration is put. */
function testNewQueues(context: S3Context, bucket: Bucket, before: readonly QueueNotification[]): void {
  const known = new Set(before.map((queue) => queue.queueArn));
  const added = new Set(bucket.settings.queues.map((queue) => queue.queueArn).filter((arn) => !known.has(arn)));
  for (const arn of added) recordTestEvent(context.outbox, bucket.name, arn, context.kernel.now());
}

function bucketPolicyProvider(context: S3Context): ResourceProvider {
  return {
    type: 'AWS::S3::BucketPolicy',
    understood: ['Bucket', 'PolicyDocument'],
    harmless: {},
    provision: async (resource) => {
      const properties = propertiesOf(resource);
      const bucket = requireBucket(context, properties.get('Bucket'));
      const policy = resource.properties.PolicyDocument;
      if (bucket.settings.blockPublicPolicy && isPublicPolicy(policy)) {
        throw new Error(`${properties.path}: the bucket blocks public policies and this one is public`);
      }
      await context.kernel.commit(() => context.buckets.update(bucket, { policy }));
      return { ref: `${bucket.name}-policy`, attributes: {} };
    },
  };
}

/** CDK's custom resource that puts a bucket's notifications. */
function notificationsProvider(context: S3Context): ResourceProvider {
  return {
    type: 'Custom::S3BucketNotifications',
    understood: ['BucketName', 'NotificationConfiguration'],
    harmless: {
      ServiceToken: 'the function behind it is interpreted here and not run',
      Managed: 'no other tool sets notifications on these buckets',
      SkipDestinationValidation: 'a destination that does not exist shows when messages stay in the outbox',
    },
    provision: async (resource) => {
      const properties = propertiesOf(resource);
      const bucket = requireBucket(context, properties.get('BucketName'));
      const configuration = properties.get('NotificationConfiguration');
      const queues = parseApiQueues(configuration);
      const eventBridge = configuration.get('EventBridgeConfiguration').isPresent;
      await context.kernel.commit(() => {
        const updated = context.buckets.update(bucket, { queues, eventBridge });
        testNewQueues(context, updated, bucket.settings.queues);
      });
      return { ref: `${bucket.name}-notifications`, attributes: {} };
    },
  };
}

function autoDeleteProvider(context: S3Context): ResourceProvider {
  return {
    type: 'Custom::S3AutoDeleteObjects',
    understood: ['BucketName'],
    harmless: { ServiceToken: 'it acts when a stack is deleted; here --reset clears everything' },
    provision: async (resource) => {
      const bucket = requireBucket(context, propertiesOf(resource).get('BucketName'));
      return { ref: `${bucket.name}-auto-delete`, attributes: {} };
    },
  };
}
