import { describe, expect, test } from '@jest/globals';
import { resourcesOfType } from '../support/assembly.ts';

interface Variables {
  Variables?: Record<string, unknown>;
}

/** The value of a variable in every function that has it, as the template refers to it. */
function referencesTo(variable: string): Set<string> {
  const environments = resourcesOfType('AWS::Lambda::Function').map(({ properties }) => properties.Environment);
  const values = environments.map((environment) => (environment as Variables | undefined)?.Variables?.[variable]);
  return new Set(values.filter((value) => value !== undefined).map((value) => JSON.stringify(value)));
}

describe('the stores', () => {
  test('ARC-006, ARC-007: what administrators do is kept in a table of its own', () => {
    const [audit, ...moreAudits] = referencesTo('AUDIT_TABLE');
    const [recordings, ...moreRecordings] = referencesTo('RECORDINGS_TABLE');
    expect([...moreAudits, ...moreRecordings]).toEqual([]);
    expect(audit).toBeDefined();
    expect(recordings).toBeDefined();
    expect(audit).not.toBe(recordings);
  });

  test('ARC-006: no function has the right to update or delete a row of it', () => {
    const auditRights = resourcesOfType('AWS::IAM::Policy').flatMap(({ properties }) => {
      const { Statement } = properties.PolicyDocument as {
        Statement: { Action: string | string[]; Resource: unknown }[];
      };
      return Statement.filter(({ Resource }) => /Audit/.test(JSON.stringify(Resource))).flatMap(({ Action }) => Action);
    });
    expect(new Set(auditRights)).toEqual(new Set(['dynamodb:PutItem']));
  });
});

describe('the way of data', () => {
  const uriOf = (routeKey: string) => {
    const route = resourcesOfType('AWS::ApiGatewayV2::Route').find(
      ({ properties }) => properties.RouteKey === routeKey,
    );
    const target = JSON.stringify(route?.properties.Target);
    const integration = resourcesOfType('AWS::ApiGatewayV2::Integration').find(({ logicalId }) =>
      target.includes(logicalId),
    );
    return integration?.properties;
  };

  test('TRN-047: control is answered at once by a function, recorded data is queued and never passes through one', () => {
    expect(uriOf('POST /agent/v1/sessions')?.IntegrationType).toBe('AWS_PROXY');
    const notices = resourcesOfType('AWS::ApiGatewayV2::Integration').filter(
      ({ properties }) => properties.IntegrationSubtype === 'SQS-SendMessage',
    );
    expect(notices).toHaveLength(1);
    const landing = resourcesOfType('Custom::S3BucketNotifications').concat(resourcesOfType('AWS::S3::Bucket'));
    expect(JSON.stringify(landing.map(({ properties }) => properties.NotificationConfiguration))).toMatch(
      /s3:ObjectCreated.*chunks\//s,
    );
  });
});

describe('capacity', () => {
  test('TRN-026, ARC-015: follows the load: tables are paid by request, functions have no ceiling of their own', () => {
    const tables = resourcesOfType('AWS::DynamoDB::GlobalTable');
    expect(new Set(tables.map(({ properties }) => properties.BillingMode))).toEqual(new Set(['PAY_PER_REQUEST']));
    const functions = resourcesOfType('AWS::Lambda::Function');
    expect(functions.filter(({ properties }) => properties.ReservedConcurrentExecutions !== undefined)).toEqual([]);
  });

  test('TRN-026, ARC-015: what comes faster waits in queues, which are worked off by several functions at a time', () => {
    const sources = resourcesOfType('AWS::Lambda::EventSourceMapping');
    const atATime = (queue: RegExp) =>
      sources.find(({ properties }) => queue.test(JSON.stringify(properties.EventSourceArn)))?.properties.ScalingConfig;
    expect(atATime(/IngestQueue/)).toEqual({ MaximumConcurrency: 50 });
    expect(atATime(/FinaliseQueue/)).toEqual({ MaximumConcurrency: 20 });
    expect(atATime(/ErasureWorkQueue/)).toEqual({ MaximumConcurrency: 5 });
  });

  test('TRN-048: every host sends to one API, one bucket and one queue, at a rate that is stated', () => {
    const [api, ...more] = resourcesOfType('AWS::ApiGatewayV2::Api').filter(
      ({ properties }) => properties.ProtocolType === 'HTTP',
    );
    expect([api === undefined, more]).toEqual([false, []]);
    const stages = resourcesOfType('AWS::ApiGatewayV2::Stage').filter(({ properties }) =>
      JSON.stringify(properties.ApiId).includes(api?.logicalId ?? 'none'),
    );
    expect(stages.map(({ properties }) => properties.DefaultRouteSettings)).toEqual([
      { ThrottlingBurstLimit: 4_000, ThrottlingRateLimit: 2_000 },
    ]);
    expect(referencesTo('LANDING_BUCKET').size).toBe(1);
    const notified = resourcesOfType('AWS::S3::Bucket').map(({ properties }) => properties.NotificationConfiguration);
    expect(notified.filter((configuration) => configuration !== undefined)).toMatchObject([
      { QueueConfigurations: [{ Queue: { 'Fn::GetAtt': [expect.stringContaining('IngestQueue'), 'Arn'] } }] },
    ]);
  });
});
