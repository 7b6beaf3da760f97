import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resourcesOfType, type SynthesizedResource, synthesizedResources } from '../support/assembly.ts';
import { RunningProgram } from '../support/run-program.ts';

interface Behaviour {
  PathPattern?: string;
  TargetOriginId: string;
  ViewerProtocolPolicy: string;
}
interface DistributionConfig {
  Aliases?: string[];
  DefaultCacheBehavior: Behaviour;
  CacheBehaviors: Behaviour[];
  Origins: {
    Id: string;
    DomainName: unknown;
    CustomOriginConfig?: { OriginProtocolPolicy: string; OriginSSLProtocols?: string[] };
  }[];
  ViewerCertificate?: { AcmCertificateArn: string; MinimumProtocolVersion: string };
}

const configOf = (resource: { properties: Record<string, unknown> } | undefined) =>
  resource?.properties.DistributionConfig as DistributionConfig;

describe('the front door', () => {
  const config = () => configOf(resourcesOfType('AWS::CloudFront::Distribution')[0]);

  test('SEC-001 ARC-019 PRT-003 PRT-004 answers people over HTTPS alone, and sends plain requests there', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = config();
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
    const api = CacheBehaviors.find(({ PathPattern }) => PathPattern === '/api/*');
    expect(api?.ViewerProtocolPolicy).toBe('https-only');
  });

  test('PRT-001 answers agents over HTTPS alone, without a redirect that would have carried a token in clear', () => {
    const agents = config().CacheBehaviors.find(({ PathPattern }) => PathPattern === '/agent/*');
    expect(agents?.ViewerProtocolPolicy).toBe('https-only');
  });

  test('SEC-015: speaks TLS 1.2 to the API behind it', () => {
    const origins = config().Origins.flatMap(({ CustomOriginConfig }) => CustomOriginConfig ?? []);
    expect(origins).not.toHaveLength(0);
    for (const { OriginProtocolPolicy, OriginSSLProtocols } of origins) {
      expect(OriginProtocolPolicy).toBe('https-only');
      expect(OriginSSLProtocols).toEqual(['TLSv1.2']);
    }
  });

  test('tells browsers to come by HTTPS only for a year', () => {
    const [policy] = resourcesOfType('AWS::CloudFront::ResponseHeadersPolicy');
    expect(policy?.properties.ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
      },
    });
  });
});

describe('a deployment with a domain of its own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'afterimage-domain-'));
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0000-4444-8888-0123456789ab';
  let resources: SynthesizedResource[];
  let distribution: DistributionConfig;

  beforeAll(async () => {
    const file = join(directory, 'deployment.json');
    writeFileSync(file, JSON.stringify({ name: 'Second', domain: { name: 'recordings.example.com', certificateArn } }));
    const outdir = join(directory, 'out');
    const environment = { AFTERIMAGE_DEPLOYMENT: file, CDK_OUTDIR: outdir };
    await new RunningProgram('infra/bin/afterimage.ts', [], environment).finished();
    resources = synthesizedResources(outdir);
    distribution = configOf(resources.find(({ type }) => type === 'AWS::CloudFront::Distribution'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('SEC-002 accepts nothing older than TLS 1.2', () => {
    expect(distribution.Aliases).toEqual(['recordings.example.com']);
    expect(distribution.ViewerCertificate).toMatchObject({
      AcmCertificateArn: certificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    });
  });

  test('PRT-027: serves the console with its player there, and people who sign in come back to it', () => {
    const [client] = resources.filter(({ type }) => type === 'AWS::Cognito::UserPoolClient');
    expect(client?.properties.CallbackURLs).toContain('https://recordings.example.com/signed-in');
    const origin = distribution.Origins.find(({ Id }) => Id === distribution.DefaultCacheBehavior.TargetOriginId);
    expect(JSON.stringify(origin?.DomainName)).toContain('Console');
  });

  test('ARC-008: has its own tables and indexes, under the name that was chosen', () => {
    expect(resources.filter(({ stack }) => !stack.startsWith('Second-'))).toEqual([]);
    const indexes = resources
      .filter(({ type, stack }) => type === 'AWS::DynamoDB::GlobalTable' && stack === 'Second-data')
      .map(({ properties }) => (properties.GlobalSecondaryIndexes ?? []) as { IndexName: string }[])
      .map((ofTable) => ofTable.map(({ IndexName }) => IndexName));
    expect(indexes).toHaveLength(8);
    const names = ['byActivity', 'byActivity', 'byKind', 'byMonth', 'byMonth', 'byName', 'byOwner'];
    expect(indexes.flat().sort()).toEqual(names);
  });
});

describe('what travels behind the front door', () => {
  test.each([
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy'],
  ])('every %s refuses senders without TLS', (type, policyType) => {
    const refusals = resourcesOfType(policyType)
      .map(({ properties }) => JSON.stringify(properties))
      .filter((policy) => policy.includes('"Effect":"Deny"') && policy.includes('"aws:SecureTransport":"false"'));
    const guarded = resourcesOfType(type);
    expect(guarded).not.toHaveLength(0);
    for (const { logicalId } of guarded) {
      expect(refusals.filter((policy) => policy.includes(`"${logicalId}"`))).not.toHaveLength(0);
    }
  });
});
