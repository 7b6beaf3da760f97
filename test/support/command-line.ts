import { createProgram } from '../../cli/src/program.ts';
import type { Person } from '../../scripts/local/people.ts';
import type { Stack } from './stack.ts';

export interface CommandOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the operators' program as a signed-in person. */
export async function runCommand(stack: Stack, person: Person, ...args: string[]): Promise<CommandOutcome> {
  let output = '';
  let errors = '';
  const program = createProgram({
    environment: { AFTERIMAGE_SERVER: stack.endpoint, AFTERIMAGE_TOKEN: await stack.accessToken(person) },
    writeOut: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  const exitCode = await program.run(args);
  return { exitCode, output, errors };
}

/** What a command that succeeds prints with `--json`. @throws Error with what it said when it failed */
export async function runForJson<T>(stack: Stack, person: Person, ...args: string[]): Promise<T> {
  const { exitCode, output, errors } = await runCommand(stack, person, ...args, '--json');
  if (exitCode !== 0) throw new Error(`afterimage ${args.join(' ')} ended with ${exitCode}: ${errors}`);
  return JSON.parse(output) as T;
}
