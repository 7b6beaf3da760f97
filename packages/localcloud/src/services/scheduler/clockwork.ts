import { randomUUID } from 'node:crypto';
import { Ticker } from '../../kernel/ticker.ts';
import { AwsError, accountId, type Deliveries, type Kernel, region } from '../../kernel/types.ts';
import type { Lambda } from '../lambda/index.ts';
import { assumeRole } from '../lambda/role-principal.ts';
import { type Schedule, scheduleArn, timesOf } from './schedule.ts';
import type { Invocation, ScheduleStore } from './schedule-store.ts';

export interface SchedulerParts {
  kernel: Kernel;
  store: ScheduleStore;
  invokeAsynchronously: Lambda['invokeAsynchronously'];
  sendToQueue: Deliveries['sendToQueue'];
}

const tickMs = 1000;
const batchSize = 50;
const firstRetryMs = 1000;
const longestRetryMs = 300_000;
const defaultRetryAttempts = 185;
const defaultMaximumAgeS = 86_400;

/** Calls the targets of schedules that are due. What was due while nothing ran is called once, at the start. */
export class Clockwork {
  private readonly parts: SchedulerParts;
  private readonly ticker: Ticker;

  constructor(parts: SchedulerParts) {
    this.parts = parts;
    this.ticker = new Ticker(
      () => this.work(),
      (error) => parts.kernel.log('error', 'schedules could not be worked off', { error: String(error) }),
    );
  }

  start(): void {
    this.ticker.start(tickMs);
  }

  stop(): Promise<void> {
    return this.ticker.stop();
  }

  private async work(): Promise<void> {
    const { kernel, store } = this.parts;
    const nowMs = kernel.now();
    const due = store.due(nowMs);
    if (due.length > 0) {
      await kernel.commit(() => {
        for (const { schedule, dueMs } of due) this.moveOn(schedule, dueMs, nowMs);
      });
    }
    await Promise.all(store.owed(kernel.now(), batchSize).map((invocation) => this.call(invocation)));
  }

  private moveOn(schedule: Schedule, dueMs: number, nowMs: number): void {
    const { store } = this.parts;
    store.owe(schedule, randomUUID(), dueMs, nowMs);
    store.setNext(schedule, timesOf(schedule.definition, schedule.createdMs)(nowMs + 1));
  }

  private async call(invocation: Invocation): Promise<void> {
    const { kernel, store } = this.parts;
    try {
      await this.deliver(invocation);
    } catch (error) {
      if (!(await this.giveUp(invocation, error))) return;
    }
    await kernel.commit(() => {
      store.settle(invocation.id);
      this.deleteCompleted(invocation);
    });
  }

  private async deliver(invocation: Invocation): Promise<void> {
    const { target } = invocation;
    const principal = assumeRole(target.RoleArn, 'scheduler');
    const input = inputOf(invocation);
    if (target.Arn.split(':')[2] === 'sqs') await this.parts.sendToQueue(target.Arn, input, principal);
    else await this.parts.invokeAsynchronously({ kind: 'role', principal }, target.Arn, JSON.parse(input));
  }

  /** @returns false when the call is to be tried again */
  private async giveUp(invocation: Invocation, error: unknown): Promise<boolean> {
    const { kernel, store, sendToQueue } = this.parts;
    const { target, attempts, scheduledMs, group, name } = invocation;
    const { MaximumEventAgeInSeconds = defaultMaximumAgeS, MaximumRetryAttempts = defaultRetryAttempts } =
      target.RetryPolicy ?? {};
    const code = error instanceof AwsError ? error.code : 'InternalError';
    kernel.log('warn', 'the target of a schedule did not take its call', { schedule: scheduleArn(group, name), code });
    const isTooOld = kernel.now() - scheduledMs >= MaximumEventAgeInSeconds * 1000;
    if (attempts < MaximumRetryAttempts && !isTooOld) {
      const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** attempts);
      await kernel.commit(() => store.postpone(invocation.id, kernel.now() + delayMs));
      return false;
    }
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    if (deadLetterArn !== undefined) {
      const principal = assumeRole(target.RoleArn, 'scheduler');
      await sendToQueue(deadLetterArn, inputOf(invocation), principal).catch((reason: unknown) => {
        kernel.log('error', 'dead-letter queue did not take a call of a schedule', { error: String(reason) });
      });
    }
    return true;
  }

  private deleteCompleted({ group, name }: Invocation): void {
    const { store } = this.parts;
    const schedule = store.find(group, name);
    if (schedule?.definition.ActionAfterCompletion !== 'DELETE') return;
    if (schedule.definition.State === 'ENABLED' && store.isComplete(group, name)) store.delete(group, name);
  }
}

/** The input with its `<aws.scheduler.…>` keywords replaced; without one, an event that tells of the schedule. */
function inputOf({ target, group, name, scheduledMs, executionId, attempts }: Invocation): string {
  const arn = scheduleArn(group, name);
  const time = new Date(scheduledMs).toISOString().replace(/\.\d+Z$/, 'Z');
  if (target.Input === undefined) {
    return JSON.stringify({
      version: '0',
      id: executionId,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: accountId,
      time,
      region,
      resources: [arn],
      detail: '{}',
    });
  }
  return target.Input.replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempts + 1));
}
