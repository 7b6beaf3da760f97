import { fileURLToPath } from 'node:url';
import { functionNames } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { functionBundleOptions } from './bundle-options.ts';

/** What a cold start can afford to load. Of it the SDK takes 220 KB and zod 105; the S3 client weighs 170 KB more. */
const budgetBytes = 440_000;
const budgetWithS3Bytes = 630_000;

describe('bundles', () => {
  test.each(functionNames)('%s keeps within its budget', async (name) => {
    const { metafile } = await build({
      ...functionBundleOptions,
      entryPoints: [fileURLToPath(new URL(`${name}/handler.ts`, import.meta.url))],
      outfile: 'index.mjs',
      legalComments: 'none',
      logLevel: 'silent',
      metafile: true,
      write: false,
    });
    const [bundle] = Object.values(metafile.outputs);
    const inputs = Object.keys(bundle?.inputs ?? {});
    const hasS3 = inputs.some((input) => input.includes('/@aws-sdk/client-s3/'));
    expect(bundle?.bytes).toBeLessThan(hasS3 ? budgetWithS3Bytes : budgetBytes);
    expect(inputs.filter((input) => input.includes('credential-provider-node/'))).toEqual([]);
  });
});
