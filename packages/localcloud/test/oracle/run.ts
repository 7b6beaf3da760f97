import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPrograms, startOracle } from './oracle-process.ts';
import { type Oracle, oraclesIn } from './oracles.ts';
import { judge, type OracleResult, withResults } from './report.ts';
import { runSuite } from './suite-run.ts';

/**
 * Puts the questions of the conformance suites to servers that others wrote, and their results into
 * `docs/conformance.md`. `npm run oracle -- moto` asks only those whose name contains an argument, and writes nothing.
 * CONFORMANCE_CACHE is where the servers are kept.
 */
const page = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));
const cache = process.env.CONFORMANCE_CACHE ?? join(tmpdir(), 'localcloud-oracles');
const wanted = process.argv.slice(2);

async function ask(oracle: Oracle): Promise<OracleResult[]> {
  const results: OracleResult[] = [];
  for (const service of oracle.services) {
    const { endpoint, stop } = await startOracle(oracle);
    try {
      const { name, version } = oracle;
      results.push(judge({ oracle: name, version, service }, await runSuite(service, endpoint)));
    } finally {
      await stop();
    }
  }
  return results;
}

function tell({ oracle, service, passed, listed, unexplained, stale }: OracleResult): void {
  const differs = listed.reduce((sum, { titles }) => sum + titles.length, 0);
  console.log(`${oracle}, ${service}: ${passed} agree, ${differs} differ as listed, ${unexplained.length} unexplained`);
  for (const title of unexplained) console.log(`  not listed: ${title}`);
  for (const title of stale) console.log(`  listed, but agrees: ${title}`);
}

const results: OracleResult[] = [];
for (const oracle of oraclesIn(cache)) {
  const missing = missingPrograms(oracle);
  if (!wanted.every((name) => oracle.name.toLowerCase().includes(name.toLowerCase()))) continue;
  if (missing.length > 0) {
    console.log(`${oracle.name}: not asked, as there is no ${missing.join(', ')}`);
    continue;
  }
  oracle.obtain();
  const asked = await ask(oracle);
  for (const result of asked) tell(result);
  results.push(...asked);
}
if (wanted.length === 0) {
  writeFileSync(page, withResults(readFileSync(page, 'utf8'), results, new Date().toISOString().slice(0, 10)));
}
process.exitCode = results.some(({ unexplained }) => unexplained.length > 0) ? 1 : 0;
