import { type KnownDifference, knownDifferences } from './known-differences.ts';
import type { OracleService } from './oracle-endpoint.ts';
import type { TestOutcome } from './suite-run.ts';

/** What became of one service's suite at one oracle. */
export interface OracleResult {
  oracle: string;
  version: string;
  service: OracleService;
  passed: number;
  notApplicable: number;
  listed: { difference: KnownDifference; titles: string[] }[];
  /** Failures that no listed difference explains. */
  unexplained: string[];
  /** Listed differences that are none any more. */
  stale: string[];
}

export function judge(
  { oracle, version, service }: Pick<OracleResult, 'oracle' | 'version' | 'service'>,
  outcomes: readonly TestOutcome[],
): OracleResult {
  const titlesOf = (status: TestOutcome['status']) =>
    outcomes.filter((outcome) => outcome.status === status).map(({ title }) => title);
  const failed = titlesOf('failed');
  const known = knownDifferences.filter((one) => one.oracle === oracle && one.service === service);
  const listed = known.map((difference) => ({
    difference,
    titles: failed.filter((title) => difference.tests.some((test) => title.startsWith(test))),
  }));
  const explained = new Set(listed.flatMap(({ titles }) => titles));
  const listedTests = known.flatMap(({ tests }) => tests);
  return {
    oracle,
    version,
    service,
    passed: titlesOf('passed').length,
    notApplicable: titlesOf('skipped').length,
    listed,
    unexplained: failed.filter((title) => !explained.has(title)),
    stale: listedTests.filter((test) => !failed.some((title) => title.startsWith(test))),
  };
}

const begin = '<!-- oracle results: begin -->';
const end = '<!-- oracle results: end -->';

/** Puts the results in their place in `docs/conformance.md`. Errors: the place is not marked. */
export function withResults(page: string, results: readonly OracleResult[], date: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} … ${end}.`);
  const rows = results.map(
    ({ oracle, version, service, passed, listed, unexplained, notApplicable }) =>
      `| ${oracle} ${version} | ${service} | ${passed} | ${countOf(listed)} | ${unexplained.length} | ${notApplicable} |`,
  );
  const table = [
    `Run on ${date}.`,
    '',
    '| oracle | suite | agrees | differs, listed | differs, unexplained | not applicable |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
  const differences = results.flatMap(({ oracle, service, listed }) =>
    listed
      .filter(({ titles }) => titles.length > 0)
      .map(({ difference, titles }) => `| ${oracle} | ${service} | ${titles.length} | ${difference.reason} |`),
  );
  const reasons = ['', '| oracle | suite | tests | why localcloud keeps to its answer |', '| --- | --- | --- | --- |'];
  const text = [...table, ...(differences.length === 0 ? [] : [...reasons, ...differences])].join('\n');
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

function countOf(listed: OracleResult['listed']): number {
  return listed.reduce((sum, { titles }) => sum + titles.length, 0);
}
