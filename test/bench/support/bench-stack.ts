import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb, repository, synthesize } from '../../../scripts/build.ts';
import { type Stack, startStack } from '../../support/stack.ts';

/** Apart from the assembly of the tests, so that a bench measures what it began with. */
const assemblyDirectory = join(repository, '.build', 'bench-assembly');

/** The local stack out of the sources as they are. @param isSynthesized true: take the assembly of the run before */
export async function startBenchStack(isSynthesized = false): Promise<Stack> {
  if (!isSynthesized || !existsSync(join(assemblyDirectory, 'manifest.json'))) {
    if (!existsSync(join(repository, '.build', 'web', 'index.html'))) await buildWeb();
    await synthesize(assemblyDirectory);
  }
  return startStack({ assemblyDirectory });
}
