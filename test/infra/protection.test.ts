import { describe, expect, test } from '@jest/globals';
import { resourcesOfType } from '../support/assembly.ts';

const nameOf = ({ logicalId }: { logicalId: string }) => logicalId;

describe('what protects recordings at rest', () => {
  test.each(resourcesOfType('AWS::S3::Bucket').map((bucket) => [nameOf(bucket), bucket] as const))(
    'bucket %s is private, versioned and encrypted',
    (_name, { properties }) => {
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(properties.BucketEncryption).toBeDefined();
    },
  );

  test('the buckets that hold recordings use our key, with Bucket Keys', () => {
    const content = resourcesOfType('AWS::S3::Bucket').filter(({ logicalId }) =>
      /^(Landing|Recordings)/.test(logicalId),
    );
    expect(content).toHaveLength(2);
    for (const { properties } of content) {
      expect(properties.BucketEncryption).toMatchObject({
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      });
    }
  });

  test('PRT-002: every bucket refuses plain HTTP and old TLS', () => {
    const policies = resourcesOfType('AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(resourcesOfType('AWS::S3::Bucket').length);
    for (const { properties } of policies) {
      const text = JSON.stringify(properties.PolicyDocument);
      expect(text).toContain('"aws:SecureTransport":"false"');
      expect(text).toContain('"s3:TlsVersion"');
    }
  });

  test('every table recovers to a point in time; the keys table no further back than a day', () => {
    const tables = resourcesOfType('AWS::DynamoDB::GlobalTable');
    expect(tables.length).toBeGreaterThan(0);
    for (const { logicalId, properties } of tables) {
      const [replica] = properties.Replicas as [{ PointInTimeRecoverySpecification: Record<string, unknown> }];
      const recovery = replica.PointInTimeRecoverySpecification;
      expect(recovery.PointInTimeRecoveryEnabled).toBe(true);
      if (!logicalId.startsWith('RecordingKeys')) continue;
      expect(recovery.RecoveryPeriodInDays).toBe(1);
      expect(properties.StreamSpecification).toBeUndefined();
    }
  });

  test('what holds data outlives the deletion of its stack', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key', 'AWS::Cognito::UserPool']) {
      const stateful = resourcesOfType(type).filter(
        // The key of the alarms encrypts nothing that lasts.
        ({ stack, logicalId }) => stack.endsWith('-data') && !logicalId.startsWith('AlarmKey'),
      );
      expect(stateful.length).toBeGreaterThan(0);
      expect(stateful.map(({ deletionPolicy }) => deletionPolicy)).toEqual(stateful.map(() => 'Retain'));
    }
  });
});

describe('what an operator is spared', () => {
  test('no log group grows for ever', () => {
    for (const { properties } of resourcesOfType('AWS::Logs::LogGroup')) {
      expect(properties.RetentionInDays).toEqual(expect.any(Number));
    }
  });

  test('every work queue has a dead-letter queue, and every dead-letter queue an alarm', () => {
    const queues = resourcesOfType('AWS::SQS::Queue');
    const deadLetters = queues.filter(({ logicalId }) => logicalId.includes('DeadLetters'));
    for (const queue of queues.filter((each) => !deadLetters.includes(each))) {
      expect(queue.properties.RedrivePolicy).toBeDefined();
    }
    const alarms = JSON.stringify(
      resourcesOfType('AWS::CloudWatch::Alarm').map(({ properties }) => properties.Dimensions),
    );
    for (const { logicalId } of deadLetters) expect(alarms).toContain(logicalId);
  });

  test('every alarm is sent to somebody', () => {
    for (const { properties } of resourcesOfType('AWS::CloudWatch::Alarm'))
      expect(properties.AlarmActions).toHaveLength(1);
  });
});

describe('least privilege', () => {
  const statements = () =>
    resourcesOfType('AWS::IAM::Policy').flatMap(({ stack, logicalId, properties }) => {
      const document = properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] };
      return document.Statement.map((statement) => ({ stack, logicalId, ...statement }));
    });
  const ofProduct = () => statements().filter(({ logicalId }) => !logicalId.startsWith('CustomCDKBucketDeployment'));

  test('no function of the product has a wildcard in an action', () => {
    for (const { Action } of ofProduct()) expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
  });

  test('no function of the product may touch every resource', () => {
    for (const { Resource } of ofProduct()) expect([Resource].flat()).not.toContain('*');
  });

  test('data keys are unwrapped by playback and the event indexer alone', () => {
    const unwrapping = ofProduct().filter(
      ({ Action, Resource }) =>
        [Action].flat().includes('kms:Decrypt') && JSON.stringify(Resource).includes('WrappingKey'),
    );
    expect(unwrapping.map(({ logicalId }) => logicalId.replace(/Policy.*/, '')).sort()).toEqual([
      'EventIndexer',
      'Playback',
    ]);
  });

  test('each function has a role of its own', () => {
    const roles = resourcesOfType('AWS::Lambda::Function').map(({ properties }) => JSON.stringify(properties.Role));
    expect(new Set(roles).size).toBe(roles.length);
  });
});
