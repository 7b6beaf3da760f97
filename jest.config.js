import { availableParallelism } from 'node:os';

/** Unit tests sit beside their source; `test/` holds what crosses a boundary. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.build', '<rootDir>/.local'],
};

export default {
  // With one worker jest runs everything in one process, which then holds what all suites loaded.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 120_000,
  // Suites load modules that a process never gives back; a worker is replaced between suites when it holds this much.
  workerIdleMemoryLimit: '1GB',
  // What a failed suite could not end must not keep the run from ending.
  forceExit: true,
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{packages,agent,cli,demo,functions,infra,scripts,web}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'system',
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
    },
  ],
};
