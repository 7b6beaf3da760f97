import { ApiProblem } from '@afterimage/contracts';
import { PlaybackFailure } from '@afterimage/player';

/** What the caller did wrong, in words that say how to do it right. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command did its work and the answer is no: a damaged recording, for instance. Exit code 3. */
export class NegativeAnswer extends Error {
  override readonly name = 'NegativeAnswer';
}

export const exitCodes = { done: 0, failed: 1, usage: 2, negative: 3 } as const;

/** What a person reads, and the code the shell gets. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  if (error instanceof UsageError) return { text: error.message, exitCode: exitCodes.usage };
  if (error instanceof NegativeAnswer) return { text: error.message, exitCode: exitCodes.negative };
  if (error instanceof ApiProblem) return { text: describeProblem(error), exitCode: exitCodes.failed };
  if (error instanceof PlaybackFailure && error.cause instanceof ApiProblem) return describeError(error.cause);
  return { text: error instanceof Error ? error.message : String(error), exitCode: exitCodes.failed };
}

function describeProblem({ kind, problem }: ApiProblem): string {
  const places = (problem.errors ?? []).map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
  const advice = kind === 'unauthenticated' ? ['Sign in with `afterimage login`.'] : [];
  const reference = problem.instance === undefined ? [] : [`Reference for your operator: ${problem.instance}`];
  const headline = problem.detail === undefined ? problem.title : `${problem.title}. ${problem.detail}`;
  return [headline, ...places, ...advice, ...reference].join('\n');
}
