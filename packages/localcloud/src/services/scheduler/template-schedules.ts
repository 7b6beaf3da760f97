import type { ResourceProvider } from '../../kernel/types.ts';
import type { SchedulerContext } from './operation.ts';
import { defaultGroup, groupArn, readDefinition, type Schedule, scheduleArn } from './schedule.ts';
import { nextTimeOf } from './schedule-operations.ts';

const forPeople = 'for people';

/** Provisions schedules; `forgetOthers` removes those that an earlier template made and this one does not hold. */
export function createTemplateSchedules(context: SchedulerContext): {
  providers: ResourceProvider[];
  forgetOthers(): Promise<void>;
} {
  const { kernel, store } = context;
  const provisioned = new Set<string>();
  const schedules: ResourceProvider = {
    type: 'AWS::Scheduler::Schedule',
    understood: [
      'EndDate',
      'FlexibleTimeWindow',
      'GroupName',
      'Name',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'StartDate',
      'State',
      'Target',
    ],
    harmless: { Description: forPeople, KmsKeyArn: 'data lies unencrypted on the developer machine' },
    async provision({ stackName, logicalId, properties }) {
      const name = String(properties.Name ?? kernel.physicalName(stackName, logicalId));
      const group = String(properties.GroupName ?? defaultGroup);
      const nowMs = kernel.now();
      const definition = readDefinition(properties, nowMs);
      context.assertAssumable(definition.Target.RoleArn, groupArn(group));
      provisioned.add(`${group}/${name}`);
      const before = store.find(group, name);
      if (before === undefined || JSON.stringify(before.definition) !== JSON.stringify(definition)) {
        const createdMs = before?.createdMs ?? nowMs;
        const schedule: Schedule = { group, name, definition, createdMs, modifiedMs: nowMs };
        await kernel.commit(() => store.save(schedule, nextTimeOf(definition, createdMs, nowMs), true));
      }
      return { ref: name, attributes: { Arn: scheduleArn(group, name) } };
    },
  };
  const groups: ResourceProvider = {
    type: 'AWS::Scheduler::ScheduleGroup',
    understood: ['Name'],
    harmless: { Tags: forPeople },
    async provision({ stackName, logicalId, properties }) {
      const name = String(properties.Name ?? kernel.physicalName(stackName, logicalId));
      await kernel.commit(() => store.addGroup(name, kernel.now()));
      return { ref: name, attributes: { Arn: groupArn(name), State: 'ACTIVE' } };
    },
  };
  return {
    providers: [schedules, groups],
    async forgetOthers() {
      const others = store.ofTemplate().filter(({ group, name }) => !provisioned.has(`${group}/${name}`));
      await kernel.commit(() => {
        for (const { group, name } of others) store.delete(group, name);
      });
    },
  };
}
