/**
 * Public on-demand prices of us-east-1 in USD, without free tiers and discounts, as the price pages of the services
 * showed them. Data from agents into AWS and between services in one region is free.
 */
export const prices = {
  asOf: '2026-11',
  region: 'us-east-1',
  source: 'aws.amazon.com/{dynamodb,lambda,s3,sqs,api-gateway,eventbridge,kms,cloudwatch}/pricing',
  dynamoDb: { perWriteUnit: 0.625e-6, perReadUnit: 0.125e-6, perGigabyteMonth: 0.25 },
  /** ARM, as the functions are; the first tier. */
  lambda: { perRequest: 0.2e-6, perGigabyteSecond: 0.0000133334 },
  s3: { perWrite: 5e-6, perRead: 0.4e-6, perGigabyteMonth: 0.023 },
  sqs: { perRequest: 0.4e-6 },
  /** HTTP APIs, per 512 KB or part of it. */
  apiGateway: { perRequest: 1e-6 },
  eventBridge: { perEvent: 1e-6 },
  kms: { perSymmetricRequest: 3e-6, perAsymmetricRequest: 15e-6 },
  logs: { perGigabyte: 0.5 },
} as const;

/**
 * How long a function waits for one call on AWS, warm, within the region: typical figures, not measured here. Lambda bills
 * waiting as it bills work, and localcloud answers at another speed.
 */
export const assumedWaitMs: Readonly<Record<string, number>> = {
  dynamodb: 6,
  s3: 35,
  sqs: 12,
  events: 20,
  kms: 20,
};
