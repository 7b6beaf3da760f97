import { describe, expect, test } from '@jest/globals';
import type { AuthorizationCheck, Principal } from '../kernel/types.ts';
import { Authorizer } from './authorizer.ts';

const worker: Principal = {
  kind: 'role',
  arn: 'arn:aws:sts::000000000000:assumed-role/worker/session',
  accessKeyId: 'ASIAWORKER',
  roleName: 'worker',
  sessionName: 'session',
};
const root: Principal = { kind: 'root', arn: 'arn:aws:iam::000000000000:root', accessKeyId: 'AKIAROOT' };
const s3Service: Principal = { kind: 'service', arn: 's3.amazonaws.com', accessKeyId: '', service: 's3.amazonaws.com' };
const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/recordings';

function authorizerWith(...statements: object[]): Authorizer {
  const authorizer = new Authorizer();
  authorizer.roles.define('worker', 'arn:aws:iam::000000000000:role/worker', trust);
  authorizer.roles.attach('worker', 'policy', { Version: '2012-10-17', Statement: statements });
  return authorizer;
}

function allows(authorizer: Authorizer, check: Partial<AuthorizationCheck>): boolean {
  try {
    authorizer.authorize({ principal: worker, action: 'dynamodb:GetItem', resourceArn: table, ...check });
    return true;
  } catch {
    return false;
  }
}

describe('identity policies', () => {
  test('deny what no statement allows, in the words of IAM', () => {
    const authorizer = authorizerWith({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table });
    const put = { principal: worker, action: 'dynamodb:PutItem', resourceArn: table };
    expect(() => authorizer.authorize(put)).toThrow(
      `User: ${worker.arn} is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    );
    expect(allows(authorizer, {})).toBe(true);
    expect(allows(authorizer, { resourceArn: `${table}/index/byTime` })).toBe(false);
  });

  test('match actions without regard to case and with wildcards', () => {
    const authorizer = authorizerWith({ Effect: 'Allow', Action: ['DynamoDB:get*', 's3:?et'], Resource: '*' });
    expect(allows(authorizer, {})).toBe(true);
    expect(allows(authorizer, { action: 's3:Get' })).toBe(true);
    expect(allows(authorizer, { action: 's3:GetObject' })).toBe(false);
  });

  test('let an explicit Deny win over any Allow', () => {
    const authorizer = authorizerWith(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:*', Resource: table },
    );
    expect(allows(authorizer, {})).toBe(false);
    expect(allows(authorizer, { resourceArn: `${table}2` })).toBe(true);
  });

  test('read NotAction and NotResource as everything but', () => {
    const authorizer = authorizerWith({ Effect: 'Allow', NotAction: 'dynamodb:Delete*', NotResource: `${table}/*` });
    expect(allows(authorizer, {})).toBe(true);
    expect(allows(authorizer, { action: 'dynamodb:DeleteItem' })).toBe(false);
    expect(allows(authorizer, { resourceArn: `${table}/index/x` })).toBe(false);
  });

  test('hold all conditions of a statement against the context of the call', () => {
    const authorizer = authorizerWith({
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: '*',
      Condition: { StringLike: { 's3:prefix': ['a/*', 'b/*'] }, Bool: { 'aws:SecureTransport': 'true' } },
    });
    const list = { action: 's3:ListBucket', resourceArn: 'arn:aws:s3:::bucket' };
    expect(allows(authorizer, { ...list, context: { 's3:prefix': 'b/x' } })).toBe(true);
    expect(allows(authorizer, { ...list, context: { 's3:prefix': 'c/x' } })).toBe(false);
    expect(allows(authorizer, list)).toBe(false);
  });

  test('check every value of a set under ForAllValues', () => {
    const authorizer = authorizerWith({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } },
    });
    expect(allows(authorizer, { context: { 'dynamodb:leadingkeys': ['a', 'b'] } })).toBe(true);
    expect(allows(authorizer, { context: { 'dynamodb:leadingkeys': ['a', 'c'] } })).toBe(false);
  });

  test('are refused when they ask for a key or operator that nothing here fills in', () => {
    const ask = (Condition: object) => () => authorizerWith({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
    expect(ask({ StringEquals: { 'aws:MultiFactorAuthPresent': 'true' } })).toThrow(/aws:MultiFactorAuthPresent/);
    expect(ask({ StringMatches: { 'aws:SourceArn': 'x' } })).toThrow(/StringMatches/);
    expect(ask({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })).toThrow(/IpAddress/);
    expect(ask({ StringEquals: { 'aws:SourceIp': '10.0.0.1' } })).toThrow(/aws:SourceIp/);
  });

  test('are refused when they hold a variable, which would never be replaced', () => {
    const own = `arn:aws:s3:::bucket/\${aws:PrincipalAccount}/*`;
    expect(() => authorizerWith({ Effect: 'Deny', Action: 's3:*', Resource: own })).toThrow(/aws:PrincipalAccount/);
    const Condition = { StringNotLike: { 's3:prefix': `\${aws:PrincipalAccount}/*` } };
    expect(() => authorizerWith({ Effect: 'Deny', Action: '*', Resource: '*', Condition })).toThrow(/variable/);
  });

  test('find no value of an absent key under ForAnyValue, not even another one', () => {
    const Condition = { 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': 'a' } };
    const authorizer = authorizerWith({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
    expect(allows(authorizer, {})).toBe(false);
    expect(allows(authorizer, { context: { 'dynamodb:leadingkeys': ['a', 'b'] } })).toBe(true);
  });

  test('compare ARNs part by part: a wildcard reaches over no colon', () => {
    const allowsSource = (pattern: string, arn: string) => {
      const Condition = { ArnLike: { 'aws:SourceArn': pattern } };
      const authorizer = authorizerWith({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
      return allows(authorizer, { context: { 'aws:SourceArn': arn } });
    };
    const rule = 'arn:aws:events:us-east-1:000000000000:rule/bus/name';
    expect(allowsSource('arn:aws:events:*:000000000000:rule/*', rule)).toBe(true);
    expect(allowsSource('arn:aws:events:*:rule/*', rule)).toBe(false);
    expect(allowsSource('arn:aws:events:*', rule)).toBe(false);
    expect(allowsSource('arn:aws:logs:*:*:a:*', 'arn:aws:logs:us-east-1:000000000000:a:b:c')).toBe(true);
  });
});

describe('resource policies', () => {
  const queue = 'arn:aws:sqs:us-east-1:000000000000:queue';
  const fromBucket = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } },
      },
    ],
  };
  const send = { principal: s3Service, action: 'sqs:SendMessage', resourceArn: queue };

  test('let a service in only as far as they name it and its source', () => {
    const authorizer = new Authorizer();
    const sourced = (arn: string) => ({ ...send, resourcePolicy: fromBucket, context: { 'aws:SourceArn': arn } });
    expect(allows(authorizer, sourced('arn:aws:s3:::bucket'))).toBe(true);
    expect(allows(authorizer, sourced('arn:aws:s3:::other'))).toBe(false);
    expect(allows(authorizer, send)).toBe(false);
    const forBucket = { ...s3Service, arn: 'arn:aws:s3:::bucket' };
    expect(allows(authorizer, { ...send, principal: forBucket, resourcePolicy: fromBucket })).toBe(true);
  });

  test('allow a role of the same account by its ARN, but an account only lets its own policies decide', () => {
    const authorizer = authorizerWith();
    const naming = (AWS: string) => ({
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'dynamodb:*', Resource: '*' }],
    });
    expect(allows(authorizer, { resourcePolicy: naming('arn:aws:iam::000000000000:role/worker') })).toBe(true);
    expect(allows(authorizer, { resourcePolicy: naming('arn:aws:iam::000000000000:root') })).toBe(false);
  });

  test('deny even the operator', () => {
    const deny = { Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: '*' }] };
    const erase = { principal: root, action: 's3:DeleteObject', resourceArn: 'arn:aws:s3:::bucket/key' };
    expect(allows(new Authorizer(), { ...erase, resourcePolicy: deny })).toBe(false);
    expect(allows(new Authorizer(), erase)).toBe(true);
  });

  test('that ask for TLS hit nobody here', () => {
    const tlsOnly = {
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    };
    const read = { principal: root, action: 's3:GetObject', resourceArn: 'arn:aws:s3:::bucket/key' };
    expect(allows(new Authorizer(), { ...read, resourcePolicy: tlsOnly })).toBe(true);
  });

  test('of a KMS key must agree as well as the role', () => {
    const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
    const authorizer = authorizerWith({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: key });
    const decrypt = { action: 'kms:Decrypt', resourceArn: key };
    const account = { AWS: 'arn:aws:iam::000000000000:root' };
    const delegating = { Statement: [{ Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' }] };
    expect(allows(authorizer, { ...decrypt, resourcePolicy: { Statement: [] } })).toBe(false);
    expect(allows(authorizer, { ...decrypt, resourcePolicy: delegating })).toBe(true);
    expect(allows(authorizerWith(), { ...decrypt, resourcePolicy: delegating })).toBe(false);
  });
});

describe('roles', () => {
  test('are assumed only by the service that their trust policy names', () => {
    const authorizer = authorizerWith();
    expect(authorizer.assertAssumable('worker', 'lambda.amazonaws.com').name).toBe('worker');
    expect(() => authorizer.assertAssumable('worker', 'events.amazonaws.com')).toThrow(/sts:AssumeRole/);
    expect(() => authorizer.assertAssumable('nobody', 'lambda.amazonaws.com')).toThrow(/does not exist/);
  });
});

describe('the permission ledger', () => {
  test('tells what a role was granted and never used, and what it was refused', () => {
    const authorizer = authorizerWith(
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [table, `${table}/index/*`] },
      { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' },
    );
    allows(authorizer, {});
    allows(authorizer, { action: 'dynamodb:Scan' });
    const [report] = authorizer.ledger.report(authorizer.roles.all());
    expect(report?.granted.map(({ action }) => action)).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
    expect(report?.neverUsed.map(({ action }) => action)).toEqual(['dynamodb:PutItem']);
    expect(report?.refused).toEqual([`dynamodb:Scan ${table}`]);
  });

  test('leaves out roles that only the handlers of custom resources assume', () => {
    const authorizer = authorizerWith({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    authorizer.ledger.leaveOut('worker');
    expect(authorizer.ledger.report(authorizer.roles.all())).toEqual([]);
  });
});
