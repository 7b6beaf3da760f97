import { join } from 'node:path';
import { buildWeb, repository, synthesize } from '../../scripts/build.ts';

/** The system tests run what is deployed: the bundled console and functions, provisioned from the synthesized app. */
export default async function setUp() {
  await buildWeb();
  await synthesize(join(repository, '.build', 'test-assembly'));
}
