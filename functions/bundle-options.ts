import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/**
 * How every function is bundled: one ESM file with the SDK inside. `module` before `main`, because only the SDK's ES
 * modules can be shaken; `require` is given to the few CommonJS modules that ask for it.
 */
export const functionBundleOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': fileURLToPath(
      new URL('../packages/aws/src/lambda-credentials.ts', import.meta.url),
    ),
  },
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} as const satisfies BuildOptions;
