import type { AwsService, Deliveries, Kernel, ResourceProvider } from '../../kernel/types.ts';
import { DeliveryOutbox } from './delivery-outbox.ts';
import { DeliveryWorker } from './delivery-worker.ts';
import { acceptEvents, completeEvent } from './event-intake.ts';
import { busArn } from './rule.ts';
import { RuleCatalog } from './rule-catalog.ts';
import { RuleScheduler } from './scheduler.ts';
import { EventsService } from './service.ts';
import type { EventTargets } from './targets.ts';
import { ruleProviders } from './template-rules.ts';

export { compilePattern } from './event-pattern.ts';
export type { EventTargets } from './targets.ts';

export interface Events {
  service: AwsService;
  providers: ResourceProvider[];
  putEvent: Deliveries['putEvent'];
  /** Begins to deliver and to fire schedules; to be called when everything is provisioned. */
  start(): void;
}

export function createEvents(kernel: Kernel, targets: EventTargets): Events {
  const parts = {
    kernel,
    catalog: new RuleCatalog(kernel.now()),
    outbox: new DeliveryOutbox(kernel.database),
    targets,
  };
  const worker = new DeliveryWorker(parts);
  const scheduler = new RuleScheduler(parts, () => worker.wake());
  return {
    service: new EventsService(parts, worker, scheduler),
    providers: ruleProviders(parts),
    async putEvent(arn, event, principal) {
      const bus = parts.catalog.requireBus(arn);
      if (principal.kind !== 'service') {
        kernel.authorize({ principal, action: 'events:PutEvents', resourceArn: busArn(bus.name) });
      }
      await acceptEvents(parts, [{ busName: bus.name, event: completeEvent(event, kernel.now()) }]);
      worker.wake();
    },
    start() {
      worker.start();
      scheduler.start();
    },
  };
}
