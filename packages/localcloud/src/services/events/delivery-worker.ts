import { AwsError, type Kernel } from '../../kernel/types.ts';
import type { Delivery, DeliveryOutbox } from './delivery-outbox.ts';
import { inputFor } from './input-transformation.ts';
import type { Rule, Target } from './rule.ts';
import type { RuleCatalog } from './rule-catalog.ts';
import { deliverTo, type EventTargets, principalOf } from './targets.ts';

export interface DeliveryParts {
  kernel: Kernel;
  catalog: RuleCatalog;
  outbox: DeliveryOutbox;
  targets: EventTargets;
}

const batchSize = 50;
const firstRetryMs = 1000;
const longestRetryMs = 300_000;
/** Failures that no repetition heals; EventBridge does not retry them either. */
const finalCodes = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'QueueDoesNotExist',
  'NotImplemented',
]);

/** Works off the outbox: at once when woken, later for what has to be retried. */
export class DeliveryWorker {
  private readonly parts: DeliveryParts;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isStopped = true;
  /** While nothing can be written, what is due would be delivered over and over. */
  private notBeforeMs = 0;

  constructor(parts: DeliveryParts) {
    this.parts = parts;
  }

  start(): void {
    this.isStopped = false;
    this.wake();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  wake(): void {
    if (this.isStopped || this.running !== undefined) return;
    clearTimeout(this.timer);
    this.running = this.drain().finally(() => {
      this.running = undefined;
      this.sleep();
    });
  }

  private sleep(): void {
    const nextMs = this.isStopped ? undefined : this.parts.outbox.nextDueMs();
    if (nextMs === undefined) return;
    const delayMs = Math.max(0, Math.max(nextMs, this.notBeforeMs) - this.parts.kernel.now());
    this.timer = setTimeout(() => this.wake(), Math.min(delayMs, longestRetryMs));
    this.timer.unref();
  }

  private async drain(): Promise<void> {
    const { kernel, outbox } = this.parts;
    while (!this.isStopped) {
      const deliveries = outbox.due(kernel.now(), batchSize);
      if (deliveries.length === 0) return;
      try {
        await Promise.all(deliveries.map((delivery) => this.deliver(delivery)));
      } catch (error) {
        kernel.log('error', 'event deliveries could not be recorded', { error: String(error) });
        this.notBeforeMs = kernel.now() + firstRetryMs;
        return;
      }
    }
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { kernel, catalog, outbox, targets } = this.parts;
    const rule = catalog.rule(delivery.ruleArn);
    const target = rule?.targets.find(({ id }) => id === delivery.targetId);
    if (rule === undefined || target === undefined) {
      kernel.log('warn', 'event dropped, its rule is gone', { rule: delivery.ruleArn });
      await kernel.commit(() => outbox.remove(delivery.id));
      return;
    }
    try {
      await deliverTo(targets, target.arn, this.inputOf(rule, target, delivery), rule.arn);
      await kernel.commit(() => outbox.remove(delivery.id));
    } catch (error) {
      await this.failed(rule, target, delivery, error);
    }
  }

  private inputOf(rule: Rule, target: Target, { event, createdMs }: Delivery): string {
    return inputFor(target.input, event, {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestionTime: new Date(createdMs).toISOString(),
    });
  }

  private async failed(rule: Rule, target: Target, delivery: Delivery, error: unknown): Promise<void> {
    const { kernel, outbox } = this.parts;
    const code = error instanceof AwsError ? error.code : 'InternalError';
    const isTooOld = kernel.now() - delivery.createdMs >= target.maximumAgeS * 1000;
    kernel.log('warn', 'event was not taken by its target', {
      rule: rule.arn,
      target: target.arn,
      error: String(error),
    });
    if (finalCodes.has(code) || isTooOld || delivery.attempts >= target.retryAttempts) {
      await this.giveUp(rule, target, delivery);
      return;
    }
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** delivery.attempts);
    await kernel.commit(() => outbox.postpone(delivery.id, kernel.now() + delayMs));
  }

  /** The dead letter is the event as it came in. Without a dead-letter queue the event is lost, as in AWS. */
  private async giveUp(rule: Rule, target: Target, delivery: Delivery): Promise<void> {
    const { kernel, outbox, targets } = this.parts;
    try {
      if (target.deadLetterArn !== undefined) {
        await targets.sendToQueue(target.deadLetterArn, JSON.stringify(delivery.event), principalOf(rule.arn));
      }
    } catch (error) {
      kernel.log('error', 'dead-letter queue did not take an event', { rule: rule.arn, error: String(error) });
    }
    await kernel.commit(() => outbox.remove(delivery.id));
  }
}
