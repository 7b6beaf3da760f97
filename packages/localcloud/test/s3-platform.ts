import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createLocalKernel, type LocalKernel } from '../src/kernel/local-kernel.ts';
import { accountId, type Deliveries, type ProvisionedResource, type ResourceProvider } from '../src/kernel/types.ts';
import { createFrontDoor } from '../src/server/front-door.ts';
import { listen } from '../src/server/http-listener.ts';
import { createKms } from '../src/services/kms/index.ts';
import { createS3, type S3 } from '../src/services/s3/index.ts';

/** A message or event that S3 handed over. */
export interface Delivered {
  target: string;
  body: unknown;
  /** ARN of the bucket that it came from. */
  source: string;
}

/** S3 and KMS on a data directory that can be opened again, with what they deliver caught. */
export interface S3Platform {
  s3: S3;
  local: LocalKernel;
  delivered: Delivered[];
  client: S3Client;
  /** Moves the clock that the services read. */
  advance(ms: number): void;
  provision(type: string, logicalId: string, properties: Record<string, unknown>): Promise<ProvisionedResource>;
  /** A client that signs as a role with one inline policy. */
  clientOfRole(name: string, statements: object[]): S3Client;
  close(): Promise<void>;
}

export function makeDataDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'localcloud-s3-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** @param takes false stands for targets that cannot be reached */
export async function openPlatform(dataDirectory: string, takes: () => boolean = () => true): Promise<S3Platform> {
  const local = createLocalKernel(dataDirectory, () => undefined);
  let aheadMs = 0;
  const kernel = { ...local.kernel, now: () => Date.now() + aheadMs };
  const delivered: Delivered[] = [];
  const s3 = createS3(kernel, catchingDeliveries(delivered, takes));
  const kms = createKms(kernel);
  const providers: ResourceProvider[] = [...s3.providers, ...kms.providers];
  const door = createFrontDoor(local.kernel, local.credentials, [s3.service, kms.service]);
  const listener = await listen((message, response) => door.serveSigned(message, response), '127.0.0.1', 0);
  const clients: S3Client[] = [];
  const clientWith = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
    const endpoint = `http://127.0.0.1:${listener.port}`;
    const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  return {
    s3,
    local,
    delivered,
    client: clientWith(local.credentials.root),
    advance: (ms) => {
      aheadMs += ms;
    },
    provision: (type, logicalId, properties) => {
      const provider = providers.find((candidate) => candidate.type === type);
      if (provider === undefined) throw new Error(`no provider of ${type}`);
      return provider.provision({ stackName: 'Test', logicalId, type, assemblyDirectory: '', properties });
    },
    clientOfRole: (name, statements) => {
      const arn = `arn:aws:iam::${accountId}:role/${name}`;
      local.authorizer.roles.define(name, arn, { Version: '2012-10-17', Statement: [] });
      local.authorizer.roles.attach(name, 'inline', { Version: '2012-10-17', Statement: statements });
      return clientWith(local.credentials.credentialsForRole(arn, 'test'));
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await listener.close(1_000);
      await s3.service.close?.();
      local.close();
    },
  };
}

function catchingDeliveries(
  delivered: Delivered[],
  takes: () => boolean,
): Pick<Deliveries, 'sendToQueue' | 'putEvent'> {
  const take = (target: string, body: unknown, source: string): void => {
    if (!takes()) throw new Error('the target is away');
    delivered.push({ target, body, source });
  };
  return {
    sendToQueue: async (queueArn, body, principal) => {
      take(queueArn, JSON.parse(body), principal.arn);
      return { messageId: String(delivered.length) };
    },
    putEvent: async (busArn, event, principal) => take(busArn, event, principal.arn),
  };
}

/** Polls for a condition that other work brings about. Errors: it does not come within the bound. */
export async function until(condition: () => boolean, boundMs = 10_000): Promise<void> {
  const endMs = Date.now() + boundMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error('the condition did not come about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
