import type { Principal } from '../../kernel/types.ts';
import { accountId } from '../../kernel/types.ts';
import type { SqsParts } from './message-flow.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Queue } from './queue.ts';
import type { SqsFields } from './sqs-fields.ts';

export interface SqsContext extends SqsParts {
  principal: Principal;
  endpoint: string;
  /** Aborts when the client is gone or the service closes. */
  ending: AbortSignal;
  moveTasks: MoveTasks;
}

export type SqsOperation = (context: SqsContext, fields: SqsFields) => unknown | Promise<unknown>;

/** The queue that a request names, once the caller may do this with it. */
export function authorizedQueue(context: SqsContext, fields: SqsFields, action: string): Queue {
  const queue = context.catalog.requireByUrl(fields.string('QueueUrl'));
  authorizeOn(context, context.principal, queue, action);
  return queue;
}

export function authorizeOn({ kernel }: SqsParts, principal: Principal, queue: Queue, action: string): void {
  const fromService = { 'aws:sourcearn': principal.arn, 'aws:sourceaccount': accountId };
  kernel.authorize({
    principal,
    action: `sqs:${action}`,
    resourceArn: queue.arn,
    ...(queue.policy === undefined ? {} : { resourcePolicy: queue.policy }),
    ...(principal.kind === 'service' ? { context: fromService } : {}),
  });
}
