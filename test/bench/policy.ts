/**
 * Decisions of the policy engine over 10, 1,000 and 10,000 rules, beside the model that asks rule after rule which the
 * engine is tested against. `node test/bench/policy.ts [--quick]`
 */
import { parseArgs } from 'node:util';
import type { RecordingPolicy } from '@afterimage/contracts';
import { compilePolicy, evaluateRecordingPolicy, type SessionFacts } from '@afterimage/core';
import { SeededRandom } from '../../demo/seeded-random.ts';
import { naivelyDecide } from '../../packages/core/src/policy/testing/naive-policy.ts';
import { drawPolicy, drawSession, policyOfAll } from './policy/drawn-policies.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const decisions = values.quick ? 500 : 5_000;
const naiveDecisions = values.quick ? 5 : 50;
const compilations = values.quick ? 3 : 15;
const decidedAt = '2026-11-22T10:00:00.000Z';
const seed = 4;

function timeEach<T>(items: readonly T[], work: (item: T) => unknown): number[] {
  return items.map((item) => {
    const startedAt = performance.now();
    work(item);
    return performance.now() - startedAt;
  });
}

function measure(name: string, policy: RecordingPolicy): string[] {
  const random = new SeededRandom(seed);
  const sessions = Array.from({ length: decisions }, () => drawSession(random));
  const naiveSessions = sessions.slice(0, naiveDecisions);
  const compileMs = timeEach(Array<RecordingPolicy>(compilations).fill(policy), compilePolicy);
  const compiled = compilePolicy(policy);
  const decide = (session: SessionFacts) => evaluateRecordingPolicy({ policy: compiled, session, decidedAt });
  for (const session of naiveSessions) {
    if (decide(session).ruleId !== naivelyDecide(policy, session).ruleId) throw new Error('the two disagree');
  }
  const decideMs = timeEach(sessions, decide);
  const naiveMs = timeEach(naiveSessions, (session) => naivelyDecide(policy, session));
  const totalMs = decideMs.reduce((sum, ms) => sum + ms, 0);
  const microseconds = (ms: number) => (ms * 1000).toFixed(0);
  return [
    name,
    percentile(compileMs, 0.5).toFixed(1),
    Math.round((decisions / totalMs) * 1000).toLocaleString('en'),
    microseconds(percentile(decideMs, 0.5)),
    microseconds(percentile(decideMs, 0.95)),
    microseconds(Math.max(...decideMs)),
    microseconds(percentile(naiveMs, 0.5)),
    (percentile(naiveMs, 0.5) / percentile(decideMs, 0.5)).toFixed(0),
  ];
}

console.log(`${describeMachine()}\n`);
const rows = [10, 1_000, 10_000].map((count) =>
  measure(count.toLocaleString('en'), drawPolicy(new SeededRandom(seed), count)),
);
rows.push(measure('10,000, all of which match', policyOfAll(new SeededRandom(seed), 10_000)));
console.log(
  markdownTable(
    ['rules', 'compile, ms', 'decisions a second', 'p50, µs', 'p95, µs', 'longest, µs', 'model p50, µs', 'ratio'],
    rows,
  ),
);
