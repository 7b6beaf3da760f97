import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalKernel } from '../src/kernel/local-kernel.ts';
import type { ResourceProvider, TemplateResource } from '../src/kernel/types.ts';
import type { LambdaDependencies } from '../src/services/lambda/index.ts';

/** Writes functions as a synthesized app has them: an asset directory each, named by an asset manifest. */
export class FunctionAssets {
  readonly assemblyDirectory: string;
  readonly #files: Record<string, unknown> = {};

  constructor(assemblyDirectory: string) {
    this.assemblyDirectory = assemblyDirectory;
    mkdirSync(assemblyDirectory, { recursive: true });
  }

  /** The evaluated template resource of a function whose asset holds the given files. */
  resource(
    logicalId: string,
    files: Record<string, string>,
    properties: Record<string, unknown> = {},
  ): TemplateResource {
    const directory = `asset.${logicalId}`;
    mkdirSync(join(this.assemblyDirectory, directory), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(this.assemblyDirectory, directory, name), content);
    }
    this.#files[logicalId] = {
      source: { path: directory, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${logicalId}.zip` } },
    };
    writeFileSync(join(this.assemblyDirectory, 'Test.assets.json'), JSON.stringify({ files: this.#files }));
    return {
      stackName: 'Test',
      logicalId,
      type: 'AWS::Lambda::Function',
      assemblyDirectory: this.assemblyDirectory,
      properties: {
        FunctionName: logicalId,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/function-role',
        Code: { S3Bucket: 'assets', S3Key: `${logicalId}.zip` },
        ...properties,
      },
    };
  }
}

/** The role of every function here; it may write logs and whatever else a test allows it. */
export function defineFunctionRole(local: LocalKernel, statements: unknown[] = []): void {
  const { roles } = local.authorizer;
  const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };
  roles.define('function-role', 'arn:aws:iam::000000000000:role/function-role', {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  roles.attach('function-role', 'permissions', { Statement: [logs, ...statements] });
}

/** Provisions evaluated resources and answers what `Ref` would. */
export async function provisionWith(
  providers: readonly ResourceProvider[],
  type: string,
  logicalId: string,
  properties: Record<string, unknown>,
): Promise<string> {
  const provider = providers.find((one) => one.type === type);
  if (!provider) throw new Error(`No provider plays ${type}`);
  const resource = { stackName: 'Test', logicalId, type, properties, assemblyDirectory: '' };
  return (await provider.provision(resource)).ref;
}

/** For tests without event source mappings. */
export const noEventSources: LambdaDependencies['eventSources'] = {
  consumer: {
    receive: async () => [],
    delete: async () => {},
    releaseAll: async () => {},
    visibilityTimeoutS: () => 43_200,
  },
  streams: { read: () => [], onAppend: () => () => {}, latestSequence: () => 0 },
  sendToQueue: async () => ({ messageId: '' }),
  matchesPattern: () => true,
};
