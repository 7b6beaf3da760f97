import { dynamoDbDifferences } from './differences/dynamodb-differences.ts';
import { kmsDifferences } from './differences/kms-differences.ts';
import { s3Differences } from './differences/s3-differences.ts';
import { sqsDifferences } from './differences/sqs-differences.ts';
import type { OracleService } from './oracle-endpoint.ts';

/** Tests whose expectation an oracle does not meet, and why localcloud keeps to it. */
export interface KnownDifference {
  oracle: string;
  service: OracleService;
  reason: string;
  /** Titles, or their beginnings. */
  tests: readonly string[];
}

export const knownDifferences: readonly KnownDifference[] = [
  ...dynamoDbDifferences,
  ...kmsDifferences,
  ...s3Differences,
  ...sqsDifferences,
];
