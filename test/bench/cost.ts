/**
 * What AWS would charge for an hour of recording that nobody watches: counts the requests, bytes and capacity units that a
 * fast-forwarded hour makes in localcloud and prices them. `node test/bench/cost.ts [--quick] [--rate MB/h] [--synthesized] [--rows]`
 * --quick sends a minute and six minutes and draws the line on to an hour.
 */
import { parseArgs } from 'node:util';
import type { UsageRow } from '../../packages/localcloud/src/kernel/usage-ledger.ts';
import { pollUntil } from '../support/poll-until.ts';
import { RawAgent } from '../support/raw-agent.ts';
import type { Stack } from '../support/stack.ts';
import { type Bill, extrapolateUsage, priceUsage, usageBetween } from './cost/price-usage.ts';
import { prices } from './cost/prices.ts';
import { planSegments, sendHour } from './cost/recorded-hour.ts';
import { readUsage, watchStored } from './support/behind-the-stack.ts';
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
const quickMinutes = { short: 1, long: 6 };

/** Two looks that are alike: the indexer and the event log come last. */
async function settledUsage(stack: Stack): Promise<UsageRow[]> {
  let last = '';
  return pollUntil(
    'all is counted',
    async () => {
      const rows = (await readUsage(stack)).filter(({ operation }) => !operation.endsWith('(empty)'));
      const seen = JSON.stringify(rows);
      const isSettled = seen === last;
      last = seen;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return isSettled && rows;
    },
    120_000,
  );
}

/** The sweeper works for the whole deployment, whoever records: it is told apart. */
const isShared = ({ resource, caller }: UsageRow) => /Sweeper/.test(`${resource} ${caller}`);

async function recordMinutes(stack: Stack, megabytesPerHour: number, minutes: number): Promise<UsageRow[]> {
  const agent = await RawAgent.enrol(stack);
  const planned = planSegments(megabytesPerHour, minutes * 60);
  const before = await settledUsage(stack);
  await sendHour(agent, planned, watchStored(stack));
  return usageBetween(before, await settledUsage(stack)).filter((row) => !isShared(row));
}

async function recordHour(stack: Stack, megabytesPerHour: number): Promise<UsageRow[]> {
  if (!values.quick) return recordMinutes(stack, megabytesPerHour, 60);
  const { short, long } = quickMinutes;
  return extrapolateUsage(
    { minutes: short, rows: await recordMinutes(stack, megabytesPerHour, short) },
    { minutes: long, rows: await recordMinutes(stack, megabytesPerHour, long) },
  );
}

async function measure(stack: Stack, megabytesPerHour: number): Promise<Bill> {
  const used = await recordHour(stack, megabytesPerHour);
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
  const usd = (amount: number) => amount.toFixed(6);
  const totals = bills.map((bill) => Object.values(bill.usd).reduce((sum, amount) => sum + amount, 0));
  const head = ['USD per recorded hour', ...rates.map((rate) => `${rate} MB/h`)];
  const services = Object.keys(bills[0]?.usd ?? {});
  console.log(
    `\nPrices of ${prices.region}, ${prices.asOf}${values.quick ? '; an hour out of a minute and six' : ''}\n`,
  );
  console.log(
    markdownTable(head, [
      ...services.map((service) => [service, ...bills.map((bill) => usd(bill.usd[service] ?? 0))]),
      ['total', ...totals.map(usd)],
      ['share of the promised 0.001', ...totals.map((total) => (total / promisedUsd).toFixed(2))],
      ['storage for a month, S3', ...rates.map((rate) => ((rate / 1000) * prices.s3.perGigabyteMonth).toFixed(6))],
    ]),
  );
  const quantities = Object.keys(bills[0]?.quantities ?? {});
  const amount = (value: number) => Math.round(value * 10) / 10;
  console.log(
    `\n${markdownTable(
      ['per recorded hour', ...rates.map((rate) => `${rate} MB/h`)],
      quantities.map((name) => [name, ...bills.map((bill) => amount(bill.quantities[name] ?? 0))]),
    )}`,
  );
} finally {
  await stack.close();
}
