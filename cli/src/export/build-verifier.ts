import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The verifier as one script without dependencies, for Node 20 and newer. */
export async function buildVerifier(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../verify/standalone.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild wrote no script');
  return script.contents;
}
