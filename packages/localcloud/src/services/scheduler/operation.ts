import { AwsError, type Principal } from '../../kernel/types.ts';
import type { SchedulerParts } from './clockwork.ts';
import { defaultGroup } from './schedule.ts';

export type Members = Readonly<Record<string, unknown>>;

export interface SchedulerContext extends SchedulerParts {
  /** Errors: the role does not exist, or the Scheduler may not assume it for a schedule of the group. */
  assertAssumable(roleArn: string, groupArn: string): void;
}

export interface SchedulerCall {
  principal: Principal;
  /** Out of the path; empty for a listing. */
  name: string;
  query: URLSearchParams;
  members: Members;
}

/** Answers the members of the response. */
export type SchedulerOperation = (context: SchedulerContext, call: SchedulerCall) => Promise<unknown>;

/** Errors: ResourceNotFoundException. */
export function requireGroup({ store }: SchedulerContext, name: string): void {
  if (name !== defaultGroup && !store.groups().some((group) => group.name === name)) {
    throw notFound(`Schedule group ${name} does not exist.`);
  }
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message);
}

/** One page of a listing that is sorted by `keyOf`. The token is the last key of the page before. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
): { page: T[]; NextToken: string | undefined } {
  const after = query.get('NextToken') ?? '';
  const left = all.filter((item) => keyOf(item) > after);
  const page = left.slice(0, Number(query.get('MaxResults') ?? 100));
  const last = page.at(-1);
  return { page, NextToken: left.length > page.length && last !== undefined ? keyOf(last) : undefined };
}
