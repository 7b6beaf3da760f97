import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, Mfa, UserPool } from 'aws-cdk-lib/aws-cognito';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { recoveryDays } from '../config/recovery-days.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { WorkQueue } from '../constructs/work-queue.ts';

export interface DataStackProps extends StackProps {
  deployment: Deployment;
}

export interface ExportedBucket {
  arn: string;
  exportName: string;
}

/** Everything that must outlive a deployment: keys, buckets, tables, the ingest queue and the people's directory. */
export class DataStack extends Stack {
  readonly keys: { content: Key; wrapping: Key; manifest: Key };
  readonly buckets: { landing: Bucket; recordings: Bucket; accessLogs: Bucket };
  readonly tables: {
    agents: TableV2;
    recordings: TableV2;
    keys: TableV2;
    sessions: TableV2;
    configuration: TableV2;
    directory: TableV2;
    audit: TableV2;
    connections: TableV2;
  };
  /** Exported by name, so that a grant on a prefix reads the same in every stack and finding. */
  readonly objects: { landing: ExportedBucket; recordings: ExportedBucket };
  readonly ingestQueue: WorkQueue;
  readonly userPool: UserPool;
  /** Where every alarm goes. */
  readonly alarmTopic: Topic;
  readonly #removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.#removalPolicy = props.deployment.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.keys = this.#createKeys();
    this.alarmTopic = this.#createAlarmTopic(props.deployment.alarmEmail);
    this.ingestQueue = new WorkQueue(this, 'Ingest', {
      visibilityTimeout: Duration.minutes(6),
      maxReceives: 5,
      oldestMessageAlarm: Duration.minutes(5),
      alarmTopic: this.alarmTopic,
    });
    this.buckets = this.#createBuckets(props.deployment);
    this.objects = { landing: this.#exportBucket('landing'), recordings: this.#exportBucket('recordings') };
    this.tables = this.#createTables();
    this.userPool = this.#createUserPool();
  }

  #createKeys() {
    const removalPolicy = this.#removalPolicy;
    return {
      content: new Key(this, 'ContentKey', {
        description: 'Encrypts the buckets that hold recordings, beneath the encryption by the agents',
        enableKeyRotation: true,
        removalPolicy,
      }),
      wrapping: new Key(this, 'WrappingKey', {
        description: 'Agents wrap the data key of each recording to its public half',
        keySpec: KeySpec.RSA_3072,
        keyUsage: KeyUsage.ENCRYPT_DECRYPT,
        removalPolicy,
      }),
      manifest: new Key(this, 'ManifestKey', {
        description: 'Signs the manifests of recordings and the certificates of devices',
        keySpec: KeySpec.ECC_NIST_P256,
        keyUsage: KeyUsage.SIGN_VERIFY,
        removalPolicy,
      }),
    };
  }

  #createAlarmTopic(email: string | undefined): Topic {
    const masterKey = new Key(this, 'AlarmKey', {
      description: 'Encrypts alarms on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    masterKey.grantEncryptDecrypt(cloudWatch);
    const topic = new Topic(this, 'Alarms', { displayName: 'Afterimage alarms', masterKey, enforceSSL: true });
    topic.grantPublish(cloudWatch);
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  #createBuckets({ messageLifeSeconds }: Deployment) {
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...this.#privateBucket(),
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(7) }],
    });
    acknowledge(accessLogs, {
      'AwsSolutions-S1': 'This bucket receives the access logs; logging it to itself would never end.',
    });
    const content: BucketProps = {
      ...this.#privateBucket(),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.keys.content,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
    };
    const landing = new Bucket(this, 'Landing', {
      ...content,
      serverAccessLogsPrefix: 'landing/',
      lifecycleRules: [
        // A partial recording can be completed from its chunks as long as late segments are waited for, and a month on.
        {
          prefix: 'chunks/',
          expiration: Duration.days(Math.ceil(messageLifeSeconds / 86_400) + 30),
          noncurrentVersionExpiration: Duration.days(7),
        },
        { prefix: 'quarantine/', expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.#notifyIngest(landing);
    const recordings = new Bucket(this, 'Recordings', {
      ...content,
      serverAccessLogsPrefix: 'recordings/',
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    this.#allowPlayback(landing);
    this.#allowPlayback(recordings);
    return { landing, recordings, accessLogs };
  }

  #exportBucket(name: 'landing' | 'recordings'): ExportedBucket {
    const exportName = `${this.stackName}-${name}-arn`;
    return { exportName, arn: this.exportValue(this.buckets[name].bucketArn, { name: exportName }) };
  }

  #privateBucket(): BucketProps {
    return {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: this.#removalPolicy,
    };
  }

  /** In the bucket's own properties, not by CDK's custom resource: one moving part fewer. */
  #notifyIngest(landing: Bucket): void {
    const { queue } = this.ingestQueue;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'BucketNotifications',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    const bucket = landing.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: 'chunks/' }] } },
        },
      ],
    };
    const policy = queue.node.findChild('Policy');
    bucket.node.addDependency(policy);
  }

  /** The player reads signed ranges from the console's origin. What protects the bytes is the signature, not the origin. */
  #allowPlayback(bucket: Bucket): void {
    (bucket.node.defaultChild as CfnBucket).corsConfiguration = {
      corsRules: [
        {
          allowedMethods: ['GET', 'HEAD'],
          allowedOrigins: ['*'],
          allowedHeaders: ['range'],
          exposedHeaders: ['content-range', 'content-length', 'etag'],
          maxAge: 3600,
        },
      ],
    };
  }

  #createTables() {
    const common = {
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      removalPolicy: this.#removalPolicy,
      deletionProtection: this.#removalPolicy === RemovalPolicy.RETAIN,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays.others,
      },
    };
    const index = (indexName: string, partitionKey: string, sortKey: string) => ({
      indexName,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
    });
    const wholeRows = { projectionType: ProjectionType.ALL };
    // A recording's row changes each minute; an index that holds little of it is seldom written.
    const keysAndState = { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['state'] };
    return {
      agents: new TableV2(this, 'Agents', {
        ...common,
        timeToLiveAttribute: 'expiresAt',
        globalSecondaryIndexes: [{ ...index('byKind', 'kind', 'sortKey'), ...wholeRows }],
      }),
      recordings: new TableV2(this, 'RecordingIndex', {
        ...common,
        timeToLiveAttribute: 'expiresAt',
        dynamoStream: StreamViewType.NEW_IMAGE,
        globalSecondaryIndexes: [
          { ...index('byMonth', 'month', 'monthKey'), ...keysAndState },
          { ...index('byActivity', 'activity', 'lastHeardAt'), ...keysAndState },
        ],
      }),
      keys: new TableV2(this, 'RecordingKeys', {
        ...common,
        // An erased key must be gone for good soon: no stream, and backups that reach back as little as can be.
        pointInTimeRecoverySpecification: {
          pointInTimeRecoveryEnabled: true,
          recoveryPeriodInDays: recoveryDays.keys,
        },
      }),
      // Rows are rewritten whole; what the indexes hold of them seldom changes.
      sessions: new TableV2(this, 'Sessions', {
        ...common,
        globalSecondaryIndexes: [
          { ...index('byMonth', 'month', 'timeKey'), projectionType: ProjectionType.KEYS_ONLY },
          { ...index('byOwner', 'owner', 'timeKey'), projectionType: ProjectionType.KEYS_ONLY },
          {
            ...index('byActivity', 'activity', 'activeAt'),
            projectionType: ProjectionType.INCLUDE,
            nonKeyAttributes: ['owner'],
          },
        ],
      }),
      configuration: new TableV2(this, 'Configuration', common),
      directory: new TableV2(this, 'Directory', {
        ...common,
        timeToLiveAttribute: 'expiresAt',
        // Keys alone, so that who joins a group touches no index.
        globalSecondaryIndexes: [
          { ...index('byName', 'listing', 'listingKey'), projectionType: ProjectionType.KEYS_ONLY },
        ],
      }),
      audit: new TableV2(this, 'Audit', common),
      // Who is connected and who watches now: nothing in it outlives a few hours.
      connections: new TableV2(this, 'Connections', { ...common, timeToLiveAttribute: 'expiresAt' }),
    };
  }

  #createUserPool(): UserPool {
    const userPool = new UserPool(this, 'People', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: FeaturePlan.ESSENTIALS,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      removalPolicy: this.#removalPolicy,
      deletionProtection: this.#removalPolicy === RemovalPolicy.RETAIN,
    });
    acknowledge(userPool, {
      'AwsSolutions-COG2':
        'A second factor is offered to everybody; the operator who federates sign-in leaves it to the identity provider.',
      'AwsSolutions-COG3': 'Threat protection needs the paid Plus plan; the operator chooses it.',
      'AwsSolutions-COG8': 'The Plus plan is paid per user; the operator chooses it.',
    });
    return userPool;
  }
}
