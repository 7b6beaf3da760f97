import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionName } from '@afterimage/contracts';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { functionBundleOptions } from '../../functions/bundle-options.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Bundles one function into a single ES module with the AWS SDK inside, so that what was tested is what runs:
 * the runtime's own SDK changes without notice.
 */
export function bundleFunction(name: FunctionName): Code {
  const directory = join(repository, '.build', 'functions', name);
  mkdirSync(directory, { recursive: true });
  buildSync({
    ...functionBundleOptions,
    entryPoints: [join(repository, 'functions', name, 'handler.ts')],
    outfile: join(directory, 'index.mjs'),
    legalComments: 'none',
    logLevel: 'error',
  });
  return Code.fromAsset(directory);
}
