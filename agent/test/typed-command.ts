import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface TypedCommandOptions {
  /** Of the agent that is asked. */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `afterimage-agent session WORDS` as somebody types it at the host. */
export async function typeSessionCommand(
  { directory, environment = {} }: TypedCommandOptions,
  ...words: string[]
): Promise<{ code: number | null; output: string }> {
  const all = ['--no-warnings', program, 'session', ...words, '--data', directory];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
