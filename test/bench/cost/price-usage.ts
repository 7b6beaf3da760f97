import type { UsageRow } from '../../../packages/localcloud/src/kernel/usage-ledger.ts';
import { assumedWaitMs, prices } from './prices.ts';

/** USD by service, and the quantities that they were computed from. */
export interface Bill {
  readonly usd: Readonly<Record<string, number>>;
  readonly quantities: Readonly<Record<string, number>>;
}

/** Memory at which a function has one whole virtual processor; below it CPU time stretches in proportion. */
const megabytesPerProcessor = 1769;

/** Who acts for the measurement and not for the product. */
const bystanders = new Set(['root', 'anonymous']);

const keyOf = ({ service, operation, resource, caller }: UsageRow) => [service, operation, resource, caller].join(' ');

/** What was used between two reports of one ledger. */
export function usageBetween(before: readonly UsageRow[], after: readonly UsageRow[]): UsageRow[] {
  const earlier = new Map(before.map((row) => [keyOf(row), row.amounts]));
  return after.map((row) => {
    const start = earlier.get(keyOf(row)) ?? {};
    const amounts = Object.entries(row.amounts).map(([name, amount]) => [name, amount - (start[name] ?? 0)] as const);
    return { ...row, amounts: Object.fromEntries(amounts) };
  });
}

/** What an hour uses, from two shorter recordings: what each has once, and what each minute adds. */
export function extrapolateUsage(
  short: { minutes: number; rows: readonly UsageRow[] },
  long: { minutes: number; rows: readonly UsageRow[] },
): UsageRow[] {
  const amountsOfShort = new Map(short.rows.map((row) => [keyOf(row), row.amounts]));
  return long.rows.map((row) => {
    const once = amountsOfShort.get(keyOf(row)) ?? {};
    const amounts = Object.entries(row.amounts).map(([name, amount]) => {
      const first = once[name] ?? 0;
      const perMinute = Math.max(0, amount - first) / (long.minutes - short.minutes);
      return [name, first + perMinute * (60 - short.minutes)] as const;
    });
    return { ...row, amounts: Object.fromEntries(amounts) };
  });
}

/** What AWS would charge. Pure: the same counts give the cost of one session or of a month. */
export function priceUsage(rows: readonly UsageRow[]): Bill {
  const quantities = countQuantities(rows.filter(({ caller }) => !bystanders.has(caller)));
  const { writeUnits, readUnits, writesOfS3, readsOfS3, invocations, gigabyteSeconds } = quantities;
  const { apiRequests, queueRequests, events, keyRequests, logBytes } = quantities;
  return {
    usd: {
      DynamoDB: writeUnits * prices.dynamoDb.perWriteUnit + readUnits * prices.dynamoDb.perReadUnit,
      S3: writesOfS3 * prices.s3.perWrite + readsOfS3 * prices.s3.perRead,
      Lambda: invocations * prices.lambda.perRequest + gigabyteSeconds * prices.lambda.perGigabyteSecond,
      'API Gateway': apiRequests * prices.apiGateway.perRequest,
      SQS: queueRequests * prices.sqs.perRequest,
      EventBridge: events * prices.eventBridge.perEvent,
      KMS: keyRequests * prices.kms.perAsymmetricRequest,
      Logs: (logBytes / 1e9) * prices.logs.perGigabyte,
    },
    quantities,
  };
}

function countQuantities(billed: readonly UsageRow[]) {
  const of = (service: string, matches: (row: UsageRow) => boolean = () => true) =>
    billed.filter((row) => row.service === service && matches(row));
  return {
    writeUnits: sum(of('dynamodb'), 'writeUnits'),
    readUnits: sum(of('dynamodb'), 'readUnits'),
    writesOfS3: sum(of('s3', isS3Write), 'requests'),
    readsOfS3: sum(
      of('s3', ({ operation }) => /^(GET|HEAD)/.test(operation)),
      'requests',
    ),
    ...lambdaUse(billed),
    apiRequests: sum(of('apigateway'), 'requests'),
    queueRequests: sum(
      of('sqs', ({ operation }) => !operation.endsWith('(empty)')),
      'requests',
    ),
    events: sum(of('events'), 'requests'),
    keyRequests: sum(of('kms'), 'requests'),
    logBytes: sum(of('logs'), 'bytesIn'),
  };
}

/**
 * Billed time of a function: its CPU time, stretched to the share of a processor that its memory buys, and the assumed wait
 * for each call that its role made. Calls side by side are counted as if one after the other; that errs upwards.
 */
function lambdaUse(rows: readonly UsageRow[]): { invocations: number; gigabyteSeconds: number } {
  let invocations = 0;
  let gigabyteSeconds = 0;
  for (const row of rows.filter(
    ({ service, operation }) => service === 'lambda' && operation.startsWith('Invoke at'),
  )) {
    const megabytes = Number(/\d+/.exec(row.operation)?.[0]);
    const stretch = Math.max(1, megabytesPerProcessor / megabytes);
    const billedMs = (row.amounts.cpuMs ?? 0) * stretch + waitMs(rows, row.resource) + (row.amounts.requests ?? 0);
    invocations += row.amounts.requests ?? 0;
    gigabyteSeconds += (billedMs / 1000) * (megabytes / 1024);
  }
  return { invocations, gigabyteSeconds };
}

/** Roles are named after their functions: `Stack-NameFunction…` and `Stack-NameRole…`. */
function waitMs(rows: readonly UsageRow[], functionName: string): number {
  const stem = functionName.replace(/Function[^-]*(-[^-]*)?$/, '');
  const calls = rows.filter(({ service, caller }) => service in assumedWaitMs && caller.startsWith(`${stem}Role`));
  return calls.reduce(
    (total, { service, amounts }) => total + (amounts.requests ?? 0) * (assumedWaitMs[service] ?? 0),
    0,
  );
}

function isS3Write({ operation }: UsageRow): boolean {
  return /^(PUT|POST|LIST)/.test(operation);
}

function sum(rows: readonly UsageRow[], amount: string): number {
  return rows.reduce((total, { amounts }) => total + (amounts[amount] ?? 0), 0);
}
