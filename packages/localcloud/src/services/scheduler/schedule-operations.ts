import { AwsError } from '../../kernel/types.ts';
import {
  notFound,
  pageOf,
  requireGroup,
  type SchedulerCall,
  type SchedulerContext,
  type SchedulerOperation,
} from './operation.ts';
import {
  checkedName,
  defaultGroup,
  groupArn,
  readDefinition,
  type Schedule,
  type ScheduleDefinition,
  scheduleArn,
  timesOf,
  validationError,
} from './schedule.ts';

/** When it fires first from `fromMs` on; undefined for one that is disabled. */
export function nextTimeOf(definition: ScheduleDefinition, createdMs: number, fromMs: number): number | undefined {
  return definition.State === 'ENABLED' ? timesOf(definition, createdMs)(fromMs) : undefined;
}

const create: SchedulerOperation = async (context, call) => {
  const group = String(call.members.GroupName ?? defaultGroup);
  const name = checkedName(call.name);
  authorize(context, call, 'CreateSchedule', scheduleArn(group, name));
  const definition = definitionOf(context, call, group);
  requireGroup(context, group);
  const nowMs = context.kernel.now();
  const schedule: Schedule = { group, name, definition, createdMs: nowMs, modifiedMs: nowMs };
  await context.kernel.commit(() => {
    if (context.store.find(group, name)) throw conflict(`Schedule ${name} already exists.`);
    context.store.save(schedule, nextTimeOf(definition, nowMs, nowMs), false);
  });
  return { ScheduleArn: scheduleArn(group, name) };
};

const update: SchedulerOperation = async (context, call) => {
  const group = String(call.members.GroupName ?? defaultGroup);
  const { kernel, store } = context;
  authorize(context, call, 'UpdateSchedule', scheduleArn(group, call.name));
  const definition = definitionOf(context, call, group);
  const nowMs = kernel.now();
  await kernel.commit(() => {
    const { createdMs } = required(context, group, call.name);
    const schedule: Schedule = { group, name: call.name, definition, createdMs, modifiedMs: nowMs };
    store.save(schedule, nextTimeOf(definition, createdMs, nowMs), false);
  });
  return { ScheduleArn: scheduleArn(group, call.name) };
};

const get: SchedulerOperation = async (context, call) => {
  const group = call.query.get('groupName') ?? defaultGroup;
  authorize(context, call, 'GetSchedule', scheduleArn(group, call.name));
  const schedule = required(context, group, call.name);
  return { ...schedule.definition, ...identityOf(schedule) };
};

const remove: SchedulerOperation = async (context, call) => {
  const group = call.query.get('groupName') ?? defaultGroup;
  authorize(context, call, 'DeleteSchedule', scheduleArn(group, call.name));
  await context.kernel.commit(() => {
    required(context, group, call.name);
    context.store.delete(group, call.name);
  });
};

const list: SchedulerOperation = async (context, call) => {
  const { query } = call;
  const group = query.get('ScheduleGroup') ?? undefined;
  authorize(context, call, 'ListSchedules', scheduleArn(group ?? '*', '*'));
  const prefix = query.get('NamePrefix') ?? '';
  const state = query.get('State');
  const matching = context.store
    .list(group)
    .filter(({ name, definition }) => name.startsWith(prefix) && (state === null || definition.State === state));
  const { page, NextToken } = pageOf(matching, (schedule) => `${schedule.group}/${schedule.name}`, query);
  const Schedules = page.map((schedule) => ({
    ...identityOf(schedule),
    State: schedule.definition.State,
    Target: { Arn: schedule.definition.Target.Arn },
  }));
  return { Schedules, NextToken };
};

export const scheduleOperations: Readonly<Record<string, SchedulerOperation>> = {
  'POST NAME': create,
  'PUT NAME': update,
  'GET NAME': get,
  'DELETE NAME': remove,
  GET: list,
};

/** Errors: ValidationException; AccessDeniedException when the caller may not pass the target's role. */
function definitionOf(
  context: SchedulerContext,
  { members, principal }: SchedulerCall,
  group: string,
): ScheduleDefinition {
  const definition = readDefinition(members, context.kernel.now());
  const { RoleArn } = definition.Target;
  context.kernel.authorize({ principal, action: 'iam:PassRole', resourceArn: RoleArn });
  try {
    context.assertAssumable(RoleArn, groupArn(group));
  } catch (cause) {
    const message = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
    throw Object.assign(validationError(message), { cause });
  }
  return definition;
}

function authorize({ kernel }: SchedulerContext, { principal }: SchedulerCall, action: string, arn: string): void {
  kernel.authorize({ principal, action: `scheduler:${action}`, resourceArn: arn });
}

function required({ store }: SchedulerContext, group: string, name: string): Schedule {
  const schedule = store.find(group, name);
  if (!schedule) throw notFound(`Schedule ${name} does not exist.`);
  return schedule;
}

function conflict(message: string): AwsError {
  return new AwsError('ConflictException', 409, message);
}

/** Names and times; these in seconds. */
function identityOf({ group, name, createdMs, modifiedMs }: Schedule): Record<string, unknown> {
  return {
    Arn: scheduleArn(group, name),
    GroupName: group,
    Name: name,
    CreationDate: createdMs / 1000,
    LastModificationDate: modifiedMs / 1000,
  };
}
