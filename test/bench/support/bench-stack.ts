import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb, repository, synthesize } from '../../../scripts/build.ts';
import { type Stack, startStack } from '../../support/stack.ts';

/** Apart from the assembly of the tests, so that a bench measures what it began with. */
export const benchAssembly = join(repository, '.build', 'bench-assembly');

/** @param isSynthesized true: take the assembly of the run before, if there is one */
export async function prepareAssembly(isSynthesized: boolean): Promise<void> {
  if (isSynthesized && existsSync(join(benchAssembly, 'manifest.json'))) return;
  await buildWeb();
  await synthesize(benchAssembly);
}

/** The local stack out of the sources as they are. */
export async function startBenchStack(isSynthesized = false): Promise<Stack> {
  await prepareAssembly(isSynthesized);
  return startStack({ assemblyDirectory: benchAssembly });
}
