/**
 * How long the local stack takes to be ready, and how long each function takes from nothing to its first line of work, as
 * localcloud starts it, beside a worker thread that loads nothing. `node test/bench/start.ts [--quick] [--synthesized]`
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { getRecording } from '@afterimage/contracts';
import { repository } from '../../scripts/build.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { people, type Stack } from '../support/stack.ts';
import { planSegments, sendHour } from './cost/recorded-hour.ts';
import { readUsage, watchStored } from './support/behind-the-stack.ts';
import { prepareAssembly, startBenchStack } from './support/bench-stack.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, synthesized: { type: 'boolean', default: false } },
});
const starts = values.quick ? 1 : 5;
const emptyWorkers = values.quick ? 5 : 30;

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAt, result };
}

async function startEmptyWorker(): Promise<void> {
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage('ready')", { eval: true });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  void worker.terminate();
}

/** Every function that a short recording needs, from enrolment to a reviewer's look. */
async function useEveryFunction(stack: Stack): Promise<void> {
  const agent = await RawAgent.enrol(stack);
  const recordingId = await sendHour(agent, planSegments(10, 20), watchStored(stack));
  await stack.api(people.reviewer)(getRecording, { params: { recordingId } });
}

/** `Stack-NameFunction…` → the folder of the function. */
function folderOf(functionName: string): string {
  const [, , id = ''] = functionName.split('-');
  return id
    .replace(/Function.*$/, '')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

console.log(`${describeMachine()}\n`);
const synthesis = await timed(() => prepareAssembly(values.synthesized));
const startMs: number[] = [];
const initMs = new Map<string, number[]>();
for (let start = 0; start < starts; start++) {
  const { ms, result: stack } = await timed(() => startBenchStack(true));
  startMs.push(ms);
  try {
    await useEveryFunction(stack);
    for (const { service, resource, amounts } of await readUsage(stack)) {
      if (service !== 'lambda' || amounts.coldStarts === undefined) continue;
      const folder = folderOf(resource);
      initMs.set(folder, [...(initMs.get(folder) ?? []), (amounts.initMs ?? 0) / amounts.coldStarts]);
    }
  } finally {
    await stack.close();
  }
}
const emptyMs: number[] = [];
for (let count = 0; count < emptyWorkers; count++) emptyMs.push((await timed(startEmptyWorker)).ms);
const empty = percentile(emptyMs, 0.5);

console.log(`synthesis: ${values.synthesized ? 'taken from before' : `${(synthesis.ms / 1000).toFixed(1)} s`}`);
console.log(`local stack, to ready with people set up: ${startMs.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s\n`);
const rows = [...initMs].sort().map(([folder, times]) => {
  const kilobytes = statSync(join(repository, '.build', 'functions', folder, 'index.mjs')).size / 1000;
  const median = percentile(times, 0.5);
  return [folder, kilobytes.toFixed(0), median.toFixed(0), (median / empty).toFixed(1)];
});
console.log(
  markdownTable(
    ['function', 'bundle KB', 'cold start ms', 'ratio to an empty worker'],
    [['(an empty worker)', '', empty.toFixed(0), '1.0'], ...rows],
  ),
);
