/**
 * How long a host waits for the decision over a session, over the whole local stack: agent's signature, API, authorizer,
 * function, tables. Beside a route of agents that only asks whether anything waits for the host, in the same run.
 * `node test/bench/policy-evaluation.ts [--quick] [--synthesized]`
 */
import { parseArgs } from 'node:util';
import {
  activateRecordingPolicy,
  createRecordingPolicy,
  type RecordingRule,
  reportSessions,
  startSession,
} from '@afterimage/contracts';
import { SeededRandom } from '../../demo/seeded-random.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { people } from '../support/stack.ts';
import { drawPolicy, drawSession } from './policy/drawn-policies.ts';
import { startBenchStack } from './support/bench-stack.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, synthesized: { type: 'boolean', default: false } },
});
const starts = values.quick ? 50 : 300;
const warmUp = 10;
const seed = 4;

const stack = await startBenchStack(values.synthesized);
try {
  const agent = await RawAgent.enrol(stack);
  const api = stack.api(people.administrator);
  const random = new SeededRandom(seed);

  const timed = async (work: () => Promise<{ status: number }>): Promise<number> => {
    const startedAt = performance.now();
    const { status } = await work();
    if (status !== 200) throw new Error(`answered with ${status}`);
    return performance.now() - startedAt;
  };
  const start = () => {
    const { attributes } = drawSession(random);
    return timed(() => agent.call(startSession, { body: { ...agent.sessionBody(), attributes } }));
  };
  const ask = () => timed(() => agent.call(reportSessions, { body: { sessions: [] } }));

  const measure = async (ruleCount: number): Promise<string[]> => {
    // Rules that are drawn by chance are such as an administrator may write.
    const rules = drawPolicy(random, ruleCount).rules as RecordingRule[];
    const { policy } = await api(createRecordingPolicy, { body: { draft: { name: `${ruleCount} rules`, rules } } });
    await api(activateRecordingPolicy, { body: { policyId: policy.policyId } });
    const firstMs = await start();
    for (let count = 0; count < warmUp; count++) await ask();
    const startMs: number[] = [];
    const askMs: number[] = [];
    // In turns, so that whatever else the machine does meets both.
    for (let count = 0; count < starts; count++) {
      startMs.push(await start());
      askMs.push(await ask());
    }
    const [half, most] = [percentile(startMs, 0.5), percentile(startMs, 0.95)];
    const ratio = (half / percentile(askMs, 0.5)).toFixed(2);
    const cells = [firstMs, half, most, percentile(askMs, 0.5), percentile(askMs, 0.95)].map((ms) => ms.toFixed(1));
    return [ruleCount.toLocaleString('en'), ...cells, ratio];
  };

  await start();
  const rows = [];
  for (const ruleCount of [10, 1_000, 10_000]) rows.push(await measure(ruleCount));
  console.log(`${describeMachine()}\n`);
  console.log(
    markdownTable(
      ['rules', 'first after activation, ms', 'p50, ms', 'p95, ms', 'empty p50, ms', 'empty p95, ms', 'ratio of p50'],
      rows,
    ),
  );
} finally {
  await stack.close();
}
