import type { listQueues, RouteInput, redriveQueue } from '@afterimage/contracts';
import { type Clock, nowIso, type QueueOperations } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ManageQueuesDependencies {
  queues: QueueOperations;
  clock: Clock;
}

export async function showQueues({ queues, clock }: ManageQueuesDependencies): Promise<Outcome<typeof listQueues>> {
  return done({ queues: await queues.list(), serverTime: nowIso(clock) });
}

export async function redriveDeadLetters(
  { queues }: ManageQueuesDependencies,
  { params: { queueName } }: RouteInput<typeof redriveQueue>,
): Promise<Outcome<typeof redriveQueue>> {
  const moving = await queues.redrive(queueName);
  return moving === undefined
    ? refuse('queue-not-found', 'There is no such queue. The list of queues names them.')
    : done({ queueName, moving });
}
