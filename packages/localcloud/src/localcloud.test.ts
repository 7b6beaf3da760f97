import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ResourceProvider } from './kernel/types.ts';
import { type Composition, type LocalCloud, type LocalCloudOptions, type Platform, startWith } from './localcloud.ts';
import { jsonResponse } from './server/json-protocol.ts';
import { createIam } from './services/iam/index.ts';

let directory: string;
let options: LocalCloudOptions;
const running: LocalCloud[] = [];

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      { PolicyName: 'own', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] } },
    ],
  },
};

function writeTemplate(resources: object): void {
  const template = { Resources: resources, Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } } };
  writeFileSync(join(directory, 'Only.json'), JSON.stringify(template));
  const artifacts = { Only: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Only.json' } } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
}

/** A localcloud of IAM and a queue service that answers every call with its caller. */
function compose({ kernel, roles }: Platform, more: ResourceProvider[] = []): Composition {
  return {
    services: [
      {
        signingNames: ['sqs'],
        async handle({ principal, action }) {
          kernel.authorize({ principal, action: `sqs:${action}`, resourceArn: 'arn:aws:sqs:us-east-1:000000000000:*' });
          return jsonResponse({ QueueUrls: [principal.arn] });
        },
      },
      { signingNames: ['s3'], handle: async ({ principal }) => jsonResponse({ s3: principal.kind }) },
    ],
    providers: [...createIam(kernel, roles).providers, ...more],
    hasBucket: (name) => name === 'bucket',
    web: async (_message, response) => {
      response.end('web');
    },
    start: () => {},
    close: async () => {},
  };
}

async function start(more: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startWith(compose, { ...options, ...more });
  running.push(cloud);
  return cloud;
}

async function bodyOf(url: string, init?: RequestInit): Promise<string> {
  return (await fetch(url, init)).text();
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-start-'));
  options = { assemblyDirectory: directory, dataDirectory: join(directory, 'data') };
  writeTemplate({ Role: role });
});

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('localcloud', () => {
  test('serves signed requests, buckets, its own pages and the web on one port', async () => {
    const { endpoint, rootCredentials, outputs } = await start();
    const sqs = new SQSClient({ endpoint, credentials: rootCredentials, region: 'us-east-1' });
    expect(await sqs.send(new ListQueuesCommand({}))).toMatchObject({ QueueUrls: ['arn:aws:iam::000000000000:root'] });
    expect(await bodyOf(`${endpoint}/bucket/key`)).toBe('{"s3":"anonymous"}');
    expect(await bodyOf(`${endpoint}/bucket/key`, { method: 'OPTIONS' })).toBe('{"s3":"anonymous"}');
    const presigned = `${endpoint}/bucket/key?X-Amz-Credential=a&X-Amz-Signature=b`;
    expect(await bodyOf(presigned, { method: 'OPTIONS' })).toBe('{"s3":"anonymous"}');
    expect(await bodyOf(`${endpoint}/console/recordings`)).toBe('web');
    expect(JSON.parse(await bodyOf(`${endpoint}/_localcloud/health`))).toEqual({ status: 'ok', outputs });
    expect((await fetch(`${endpoint}/_localcloud/constructor`)).status).toBe(404);
  });

  test('tells which permissions of a role were never used', async () => {
    const { endpoint, outputs } = await start();
    expect(JSON.parse(await bodyOf(`${endpoint}/_localcloud/permissions`))).toEqual([
      expect.objectContaining({
        role: outputs.Only?.RoleArn?.split('/')[1],
        neverUsed: [expect.objectContaining({ action: 'sqs:*' })],
      }),
    ]);
  });

  test('comes back on the port of last time', async () => {
    const first = await start();
    await first.stop();
    running.pop();
    expect((await start()).port).toBe(first.port);
  });

  test('takes another port when the one of last time is taken', async () => {
    const first = await start();
    await first.stop();
    running.pop();
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    const second = await start();
    expect(second.port).not.toBe(first.port);
    other.close();
  });

  test('refuses to start on an asked port that is taken, and leaves the data directory free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(`Port ${port} is in use`);
    other.close();
    await expect(start()).resolves.toBeDefined();
  });

  test('refuses a template it cannot play, and leaves port and data directory free', async () => {
    writeTemplate({ Role: role, Cluster: { Type: 'AWS::ECS::Cluster' } });
    await expect(start()).rejects.toThrow('resource Cluster: the type AWS::ECS::Cluster is not understood');
    writeTemplate({ Role: role });
    await expect(start()).resolves.toBeDefined();
  });

  test('refuses a data directory that another one has open', async () => {
    await start();
    await expect(start()).rejects.toThrow('in use by another localcloud');
  });

  test('answers 503 while it is still being provisioned', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
    const slow: ResourceProvider = {
      type: 'T::Slow',
      understood: [],
      harmless: {},
      async provision() {
        ask('provisioning');
        await gate;
        return { ref: 'slow', attributes: {} };
      },
    };
    writeTemplate({ Role: role, Slow: { Type: 'T::Slow' } });
    let endpoint = '';
    const starting = startWith((platform) => {
      endpoint = platform.endpoint;
      return compose(platform, [slow]);
    }, options);
    await asked;
    expect((await fetch(`${endpoint}/_localcloud/health`)).status).toBe(503);
    open();
    running.push(await starting);
    expect((await fetch(`${endpoint}/_localcloud/health`)).status).toBe(200);
  });

  test('answers 500 and says why when a request fails in an unexpected way', async () => {
    const said: unknown[] = [];
    const cloud = await startWith(
      (platform) => ({ ...compose(platform), web: () => Promise.reject(new Error('unexpected')) }),
      { ...options, log: (level, _message, fields) => said.push(level, fields?.reason) },
    );
    running.push(cloud);
    expect((await fetch(`${cloud.endpoint}/`)).status).toBe(500);
    expect(said).toEqual(['error', expect.stringContaining('unexpected')]);
  });

  test('can be stopped twice', async () => {
    const cloud = await start();
    await Promise.all([cloud.stop(), cloud.stop()]);
    running.pop();
    await expect(fetch(cloud.endpoint)).rejects.toThrow();
  });

  test('gives a role credentials only when the Lambda service may assume it', async () => {
    let platform: Platform | undefined;
    const cloud = await startWith((given) => {
      platform = given;
      return compose(given);
    }, options);
    running.push(cloud);
    const arn = cloud.outputs.Only?.RoleArn ?? '';
    const credentials = platform?.credentialsForRole(arn, 'fn') ?? cloud.rootCredentials;
    const sqs = new SQSClient({ endpoint: cloud.endpoint, credentials, region: 'us-east-1' });
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls?.[0]).toMatch(/^arn:aws:sts::000000000000:assumed-role\/.*\/fn$/);
    expect(() => platform?.credentialsForRole('arn:aws:iam::000000000000:role/nobody', 'fn')).toThrow(/does not exist/);
  });
});
