import { Ticker } from '../../kernel/ticker.ts';
import type { DeliveryParts } from './delivery-worker.ts';
import { completeEvent } from './event-intake.ts';
import type { Rule } from './rule.ts';

const tickMs = 1000;

/** Fires scheduled rules. What was missed while nothing ran fires once at the start; the time of the next firing is kept. */
export class RuleScheduler {
  private readonly parts: DeliveryParts;
  private readonly onFired: () => void;
  private readonly ticker: Ticker;

  constructor(parts: DeliveryParts, onFired: () => void) {
    this.parts = parts;
    this.onFired = onFired;
    this.ticker = new Ticker(
      () => this.fireDue(),
      (error) => parts.kernel.log('error', 'scheduled rules could not be fired', { error: String(error) }),
    );
  }

  start(): void {
    this.ticker.start(tickMs);
  }

  stop(): Promise<void> {
    return this.ticker.stop();
  }

  /** Fires what is due. */
  tick(): void {
    this.ticker.tick();
  }

  private async fireDue(): Promise<void> {
    const { kernel, catalog } = this.parts;
    const nowMs = kernel.now();
    const due = catalog.scheduledRules().filter((rule) => this.isDue(rule, nowMs));
    if (due.length === 0) return;
    await kernel.commit(() => {
      for (const rule of due) this.fire(rule, nowMs);
    });
    this.onFired();
  }

  /** A rule that was never scheduled is due too, to have its first time set. */
  private isDue({ arn, schedule }: Rule, nowMs: number): boolean {
    if (schedule === undefined) return false;
    const dueMs = this.parts.outbox.scheduledMs(arn, schedule.expression);
    return dueMs === undefined || dueMs <= nowMs;
  }

  private fire(rule: Rule, nowMs: number): void {
    const { outbox } = this.parts;
    const { arn, schedule } = rule;
    if (schedule === undefined) return;
    if (outbox.scheduledMs(arn, schedule.expression) !== undefined) {
      const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {} };
      outbox.add(rule, completeEvent(event, nowMs), nowMs);
    }
    outbox.setSchedule(arn, schedule.expression, schedule.next(nowMs) ?? Number.MAX_SAFE_INTEGER);
  }
}
