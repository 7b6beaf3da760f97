import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateResource } from '../src/kernel/types.ts';

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
        Role: `arn:aws:iam::000000000000:role/${logicalId}-role`,
        Code: { S3Bucket: 'assets', S3Key: `${logicalId}.zip` },
        ...properties,
      },
    };
  }
}
