import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isProven } from './proof-report.ts';
import { describeReport } from './report-text.ts';
import { CannotVerify, verifyPaths } from './verify-paths.ts';

const usage = `node verify.mjs [PATH...] [--keys FILE] [--strict] [--json]

Verifies recordings with public keys alone, without a network. Without a path: the folder that this script lies in.
Exit code 0: nothing was changed; 3: something was altered or cannot be proven; 2: it could not be tried.
`;

const exitCodes = { proven: 0, failed: 1, usage: 2, notProven: 3 } as const;

/** `verify.mjs` of a bundle. Built into one file, so that an auditor needs nothing but Node. */
async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      keys: { type: 'string' },
      strict: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.proven;
  }
  const paths = positionals.length > 0 ? positionals : [dirname(fileURLToPath(import.meta.url))];
  const report = await verifyPaths(paths, values.keys === undefined ? {} : { keysPath: values.keys });
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report));
  return isProven(report, values.strict) ? exitCodes.proven : exitCodes.notProven;
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  const isUsage = error instanceof CannotVerify || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(`${error.message}\n${isUsage ? `\n${usage}` : ''}`);
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

process.exitCode = await run().catch(exitCodeOf);
