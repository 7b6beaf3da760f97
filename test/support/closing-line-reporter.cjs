const { writeFileSync } = require('node:fs');

/**
 * Closes the output with one plain line, whatever else was printed. Suites that failed are also written to the file that
 * FAILED_SUITES names, a path a line.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, { testResults, numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
    const failed = Math.max(numFailedTests, numFailedTestSuites);
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
    const hasFailed = ({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined;
    const paths = testResults.filter(hasFailed).map(({ testFilePath }) => `${testFilePath}\n`);
    if (process.env.FAILED_SUITES) writeFileSync(process.env.FAILED_SUITES, paths.join(''));
  }
};
