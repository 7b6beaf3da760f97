import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Bundles the console into `.build/web`. */
export async function buildWeb(): Promise<void> {
  await run(
    process.execPath,
    [join(repository, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'],
    {
      cwd: join(repository, 'web'),
    },
  );
}

/** Synthesizes the CDK app, functions bundled, into a cloud assembly. */
export async function synthesize(assemblyDirectory: string): Promise<void> {
  await run(process.execPath, [join(repository, 'infra', 'bin', 'afterimage.ts')], {
    cwd: repository,
    env: { ...process.env, CDK_OUTDIR: assemblyDirectory },
  });
}

/** Runs to the end; its output is shown only when it fails. */
function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${args[0]} ended with ${code ?? signal}\n${output}`));
    });
  });
}
