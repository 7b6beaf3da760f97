/**
 * What AWS would charge for an hour of recording that nobody watches: counts the requests, bytes and capacity units that a
 * fast-forwarded hour makes in localcloud and prices them. `node test/bench/cost.ts [--quick] [--rate MB/h] [--synthesized] [--rows]`
 * --quick sends six minutes and takes them ten times, beginning and end included, which errs upwards.
 */
import { parseArgs } from 'node:util';
import type { RecordingId } from '@afterimage/contracts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { UsageRow } from '../../packages/localcloud/src/kernel/usage-ledger.ts';
import { pollUntil } from '../support/poll-until.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { resourceName, type Stack } from '../support/stack.ts';
import { type Bill, priceUsage, usageBetween } from './cost/price-usage.ts';
import { prices } from './cost/prices.ts';
import { planSegments, sendHour } from './cost/recorded-hour.ts';
import { startBenchStack } from './support/bench-stack.ts';
import { markdownTable } from './support/markdown-table.ts';

const promisedUsd = 0.001;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    synthesized: { type: 'boolean', default: false },
    rows: { type: 'boolean', default: false },
    rate: { type: 'string', multiple: true, default: ['10', '80', '300'] },
  },
});
const hourShare = values.quick ? 0.1 : 1;

async function readUsage(stack: Stack): Promise<UsageRow[]> {
  return (await (await fetch(`${stack.endpoint}/_localcloud/usage`)).json()) as UsageRow[];
}

/** Looks into the table with the operator's key, whose use is not counted. */
function watchStored(stack: Stack) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(stack.rootClient));
  const TableName = resourceName(stack, 'RecordingIndex');
  return (recordingId: RecordingId, sequence: number) =>
    pollUntil(`segment ${sequence} is stored`, async () => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { pk: `REC#${recordingId}`, sk: 'META' } }));
      return (Item as { data?: { contiguousSequence: number } } | undefined)?.data?.contiguousSequence === sequence;
    }, 60_000);
}

/** Two looks that are alike: the indexer and the event log come last. */
async function settledUsage(stack: Stack): Promise<UsageRow[]> {
  let last = '';
  return pollUntil('all is counted', async () => {
    const rows = (await readUsage(stack)).filter(({ operation }) => !operation.endsWith('(empty)'));
    const seen = JSON.stringify(rows);
    const isSettled = seen === last;
    last = seen;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return isSettled && rows;
  }, 120_000);
}

/** The sweeper works for the whole deployment, whoever records: it is told apart. */
const isShared = ({ resource, caller }: UsageRow) => /Sweeper/.test(`${resource} ${caller}`);

async function measure(stack: Stack, megabytesPerHour: number): Promise<Bill> {
  const agent = await RawAgent.enrol(stack);
  const planned = planSegments(megabytesPerHour, 3600 * hourShare);
  const before = await settledUsage(stack);
  await sendHour(agent, planned, watchStored(stack));
  const used = usageBetween(before, await settledUsage(stack)).filter((row) => !isShared(row));
  if (values.rows) showRows(megabytesPerHour, used);
  return priceUsage(used);
}

function showRows(megabytesPerHour: number, used: readonly UsageRow[]): void {
  console.log(`\n${megabytesPerHour} MB/h`);
  for (const { service, operation, resource, caller, amounts } of used) {
    const counted = Object.entries(amounts).filter(([, amount]) => amount !== 0);
    if (counted.length === 0) continue;
    const shown = counted.map(([name, amount]) => `${name} ${Math.round(amount * 10) / 10}`).join(', ');
    console.log(`${service} ${operation} ${resource} by ${caller}: ${shown}`);
  }
}

const stack = await startBenchStack(values.synthesized);
try {
  const rates = values.rate.map(Number);
  const bills: Bill[] = [];
  for (const rate of rates) bills.push(await measure(stack, rate));
  const usd = (amount: number) => (amount / hourShare).toFixed(6);
  const totals = bills.map((bill) => Object.values(bill.usd).reduce((sum, amount) => sum + amount, 0));
  const head = ['USD per recorded hour', ...rates.map((rate) => `${rate} MB/h`)];
  const services = Object.keys(bills[0]?.usd ?? {});
  console.log(`\nPrices of ${prices.region}, ${prices.asOf}${values.quick ? '; six minutes, taken ten times' : ''}\n`);
  console.log(
    markdownTable(head, [
      ...services.map((service) => [service, ...bills.map((bill) => usd(bill.usd[service] ?? 0))]),
      ['total', ...totals.map(usd)],
      ['share of the promised 0.001', ...totals.map((total) => (total / hourShare / promisedUsd).toFixed(2))],
      ['storage for a month, S3', ...rates.map((rate) => ((rate / 1000) * prices.s3.perGigabyteMonth).toFixed(6))],
    ]),
  );
  const quantities = Object.keys(bills[0]?.quantities ?? {});
  const amount = (value: number) => Math.round((value / hourShare) * 10) / 10;
  console.log(
    `\n${markdownTable(
      ['per recorded hour', ...rates.map((rate) => `${rate} MB/h`)],
      quantities.map((name) => [name, ...bills.map((bill) => amount(bill.quantities[name] ?? 0))]),
    )}`,
  );
} finally {
  await stack.close();
}
