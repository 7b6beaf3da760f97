/**
 * Segments a second that the service takes in, from ten sessions at once to two thousand, beside plain PutObject of the same
 * bytes in the same run. `node test/bench/ingest-scale.ts [--quick] [--synthesized] [--sessions N]…`
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { UsageRow } from '../../packages/localcloud/src/kernel/usage-ledger.ts';
import { resourceName, type Stack } from '../support/stack.ts';
import { usageBetween } from './cost/price-usage.ts';
import { beginSessions, enrolAgents, type LoadShape, tries, untilAllStored, uploadAll } from './ingest/session-load.ts';
import { readUsage } from './support/behind-the-stack.ts';
import { startBenchStack } from './support/bench-stack.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    synthesized: { type: 'boolean', default: false },
    sessions: { type: 'string', multiple: true },
  },
});
const levels = values.sessions?.map(Number) ?? (values.quick ? [10, 50] : [10, 50, 200, 500, 1000, 2000]);
const perSession = { chunksPerSession: 3, segmentsPerChunk: 6, segmentBytes: 4_000 };
const plainPuts = values.quick ? 300 : 3000;
const plainPutsAtOnce = 32;
const patienceMs = 15 * 60_000;

async function plainPutsPerSecond(stack: Stack): Promise<number> {
  const client = new S3Client(stack.rootClient);
  const Bucket = resourceName(stack, 'Recordings');
  const Body = randomBytes(perSession.segmentsPerChunk * perSession.segmentBytes);
  let next = 0;
  const startedAt = performance.now();
  const put = async () => {
    while (next < plainPuts) await client.send(new PutObjectCommand({ Bucket, Key: `plain/${next++}`, Body }));
  };
  await Promise.all(Array.from({ length: plainPutsAtOnce }, put));
  client.destroy();
  return (plainPuts * 1000) / (performance.now() - startedAt);
}

/** CPU of a function per chunk, in its thread. */
function cpuMsPerChunk(used: readonly UsageRow[], name: RegExp, chunks: number): string {
  const rows = used.filter(({ service, resource }) => service === 'lambda' && name.test(resource));
  return (rows.reduce((sum, { amounts }) => sum + (amounts.cpuMs ?? 0), 0) / chunks).toFixed(1);
}

async function measure(stack: Stack, sessions: number, putsPerSecond: number): Promise<(string | number)[]> {
  const shape: LoadShape = { sessions, ...perSession };
  const chunks = sessions * shape.chunksPerSession;
  const triesBefore = tries.again;
  const begunAt = performance.now();
  const loaded = await beginSessions(await enrolAgents(stack, sessions), shape);
  const startsPerSecond = (sessions * 1000) / (performance.now() - begunAt);
  const before = await readUsage(stack);
  const startedAt = performance.now();
  const { grantMs, putMs } = await uploadAll(loaded);
  const uploadedMs = performance.now() - startedAt;
  await untilAllStored(stack, loaded, patienceMs);
  const storedMs = performance.now() - startedAt;
  const used = usageBetween(before, await readUsage(stack));
  const chunksPerSecond = (chunks * 1000) / storedMs;
  return [
    sessions,
    startsPerSecond.toFixed(0),
    ((chunks * shape.segmentsPerChunk * 1000) / storedMs).toFixed(0),
    chunksPerSecond.toFixed(0),
    (chunksPerSecond / putsPerSecond).toFixed(3),
    percentile(grantMs, 0.95).toFixed(0),
    percentile(putMs, 0.95).toFixed(0),
    ((storedMs - uploadedMs) / 1000).toFixed(1),
    tries.again - triesBefore,
    cpuMsPerChunk(used, /AgentAuthorizer/, chunks),
    cpuMsPerChunk(used, /RecordingIntake/, chunks),
    cpuMsPerChunk(used, /IngestFunction/, chunks),
  ];
}

console.log(`${describeMachine()}\n`);
const stack = await startBenchStack(values.synthesized);
try {
  const putsPerSecond = await plainPutsPerSecond(stack);
  const rows: (string | number)[][] = [];
  for (const sessions of levels) {
    rows.push(await measure(stack, sessions, putsPerSecond));
    console.log(`${sessions} sessions: ${rows.at(-1)?.[2]} segments/s`);
  }
  console.log(`\nplain PutObject of as many bytes: ${putsPerSecond.toFixed(0)} a second\n`);
  const shares = ['authorizer', 'intake', 'ingest'].map((name) => `${name} CPU ms per chunk`);
  const head = ['sessions at once', 'starts/s', 'segments/s', 'chunks/s', 'ratio to plain PUTs'];
  console.log(
    markdownTable([...head, 'grant p95 ms', 'PUT p95 ms', 'queue empties after s', 'tried again', ...shares], rows),
  );
} finally {
  await stack.close();
}
