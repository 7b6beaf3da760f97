import { AwsError } from '../../kernel/types.ts';
import { notFound, pageOf, type SchedulerCall, type SchedulerContext, type SchedulerOperation } from './operation.ts';
import { checkedName, defaultGroup, groupArn, validationError } from './schedule.ts';
import type { ScheduleGroup } from './schedule-store.ts';

const create: SchedulerOperation = async (context, call) => {
  const name = checkedName(call.name);
  authorize(context, call, 'CreateScheduleGroup', name);
  const { kernel, store } = context;
  await kernel.commit(() => {
    if (allGroups(context).some((group) => group.name === name)) {
      throw new AwsError('ConflictException', 409, `Schedule group ${name} already exists.`);
    }
    store.addGroup(name, kernel.now());
  });
  return { ScheduleGroupArn: groupArn(name) };
};

const get: SchedulerOperation = async (context, call) => {
  authorize(context, call, 'GetScheduleGroup', call.name);
  const group = allGroups(context).find(({ name }) => name === call.name);
  if (!group) throw notFound(`Schedule group ${call.name} does not exist.`);
  return shown(group);
};

/** Deletes its schedules as well. */
const remove: SchedulerOperation = async (context, call) => {
  authorize(context, call, 'DeleteScheduleGroup', call.name);
  if (call.name === defaultGroup) throw validationError('The default schedule group cannot be deleted.');
  await context.kernel.commit(() => {
    if (!context.store.groups().some(({ name }) => name === call.name)) {
      throw notFound(`Schedule group ${call.name} does not exist.`);
    }
    context.store.deleteGroup(call.name);
  });
};

const list: SchedulerOperation = async (context, call) => {
  authorize(context, call, 'ListScheduleGroups', '*');
  const prefix = call.query.get('NamePrefix') ?? '';
  const matching = allGroups(context).filter(({ name }) => name.startsWith(prefix));
  const { page, NextToken } = pageOf(matching, ({ name }) => name, call.query);
  return { ScheduleGroups: page.map(shown), NextToken };
};

export const groupOperations: Readonly<Record<string, SchedulerOperation>> = {
  'POST NAME': create,
  'GET NAME': get,
  'DELETE NAME': remove,
  GET: list,
};

function authorize({ kernel }: SchedulerContext, { principal }: SchedulerCall, action: string, name: string): void {
  kernel.authorize({ principal, action: `scheduler:${action}`, resourceArn: groupArn(name) });
}

function allGroups({ store }: SchedulerContext): ScheduleGroup[] {
  const groups = [{ name: defaultGroup, createdMs: 0 }, ...store.groups()];
  return groups.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function shown({ name, createdMs }: ScheduleGroup): Record<string, unknown> {
  const seconds = createdMs / 1000;
  return { Arn: groupArn(name), Name: name, State: 'ACTIVE', CreationDate: seconds, LastModificationDate: seconds };
}
