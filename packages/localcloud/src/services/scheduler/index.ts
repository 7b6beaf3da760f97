import type { AwsService, Kernel, ResourceProvider } from '../../kernel/types.ts';
import { Clockwork } from './clockwork.ts';
import type { SchedulerContext } from './operation.ts';
import { ScheduleStore } from './schedule-store.ts';
import { SchedulerService } from './service.ts';
import { createTemplateSchedules } from './template-schedules.ts';

export type SchedulerDependencies = Pick<SchedulerContext, 'invokeAsynchronously' | 'sendToQueue' | 'assertAssumable'>;

export interface Scheduler {
  service: AwsService;
  providers: ResourceProvider[];
  /** Begins to call targets; to be called when everything is provisioned. */
  start(): void;
}

/** EventBridge Scheduler. Schedules and the calls that they owe survive the process. */
export function createScheduler(kernel: Kernel, dependencies: SchedulerDependencies): Scheduler {
  const context: SchedulerContext = { kernel, store: new ScheduleStore(kernel.database), ...dependencies };
  const clockwork = new Clockwork(context);
  const { providers, forgetOthers } = createTemplateSchedules(context);
  return {
    service: new SchedulerService(context, clockwork),
    providers,
    start() {
      forgetOthers()
        .catch((error: unknown) => kernel.log('error', 'schedules could not be tidied', { error: String(error) }))
        .finally(() => clockwork.start());
    },
  };
}
