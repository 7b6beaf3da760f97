import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OracleService, variableOf } from './oracle-endpoint.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

const suites: Readonly<Record<OracleService, string>> = {
  dynamodb: 'dynamodb\\.conformance',
  kms: 'kms\\.conformance',
  s3: 's3[-a-z]*\\.conformance',
  sqs: 'sqs\\.conformance',
};

export interface TestOutcome {
  /** Headings and title of the test, joined by blanks. */
  title: string;
  status: 'passed' | 'failed' | 'skipped';
}

/** Asks the server at `endpoint` everything that the suite of a service asks. Errors: the suite could not be run. */
export async function runSuite(service: OracleService, endpoint: string): Promise<TestOutcome[]> {
  const directory = mkdtempSync(join(tmpdir(), 'oracle-'));
  const outputFile = join(directory, 'results.json');
  try {
    const jest = join(repository, 'node_modules/jest/bin/jest.js');
    const pattern = `packages/localcloud/test/${suites[service]}`;
    const options = ['--selectProjects=unit', '--testPathPatterns', pattern, '--json', '--outputFile', outputFile];
    const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...options], {
      cwd: repository,
      env: { ...process.env, [variableOf(service)]: endpoint },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    return readOutcomes(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface JestReport {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

function readOutcomes(report: string): TestOutcome[] {
  const { testResults } = JSON.parse(report) as JestReport;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      title: fullName,
      status: status === 'passed' || status === 'failed' ? status : 'skipped',
    })),
  );
}
