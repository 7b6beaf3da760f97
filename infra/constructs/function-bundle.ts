import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionName } from '@afterimage/contracts';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Bundles one function into a single ES module with the AWS SDK inside, so that what was tested is what runs:
 * the runtime's own SDK changes without notice.
 */
export function bundleFunction(name: FunctionName): Code {
  const directory = join(repository, '.build', 'functions', name);
  mkdirSync(directory, { recursive: true });
  buildSync({
    entryPoints: [join(repository, 'functions', name, 'handler.ts')],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    alias: { '@aws-sdk/credential-provider-node': join(repository, 'infra', 'constructs', 'environment-credentials.ts') },
    mainFields: ['module', 'main'],
    conditions: ['module', 'import'],
    legalComments: 'none',
    logLevel: 'error',
    // CommonJS dependencies call require for Node's own modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  return Code.fromAsset(directory);
}
