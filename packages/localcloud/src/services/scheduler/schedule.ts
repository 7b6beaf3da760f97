import { AwsError, accountId, notImplemented, region } from '../../kernel/types.ts';
import { compileTimes, type NextTime } from './schedule-times.ts';

export const defaultGroup = 'default';

export interface ScheduleTarget {
  Arn: string;
  RoleArn: string;
  Input?: string;
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumEventAgeInSeconds?: number; MaximumRetryAttempts?: number };
}

/** What a schedule was asked to be, in the API's own words. */
export interface ScheduleDefinition {
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  State: 'ENABLED' | 'DISABLED';
  FlexibleTimeWindow: { Mode: 'OFF' };
  ActionAfterCompletion: 'NONE' | 'DELETE';
  Description?: string;
  /** Seconds since 1970. */
  StartDate?: number;
  EndDate?: number;
  Target: ScheduleTarget;
}

export interface Schedule {
  group: string;
  name: string;
  definition: ScheduleDefinition;
  createdMs: number;
  modifiedMs: number;
}

type Members = Readonly<Record<string, unknown>>;

const targetMembers = new Set(['Arn', 'RoleArn', 'Input', 'DeadLetterConfig', 'RetryPolicy']);

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}

export function scheduleArn(group: string, name: string): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
}

export function groupArn(group: string): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule-group/${group}`;
}

/** Errors: ValidationException for a name that AWS would not take. */
export function checkedName(name: string): string {
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw validationError(`The name ${name} is not valid.`);
  return name;
}

/** Reads the members of CreateSchedule and UpdateSchedule. Errors: ValidationException, NotImplemented. */
export function readDefinition(members: Members, nowMs: number): ScheduleDefinition {
  const window = Object(members.FlexibleTimeWindow) as Members;
  if (window.Mode === 'FLEXIBLE') throw notImplemented('flexible time windows');
  if (window.Mode !== 'OFF') throw validationError('FlexibleTimeWindow must have a Mode.');
  const { Description, StartDate, EndDate } = members;
  const definition: ScheduleDefinition = {
    ScheduleExpression: String(members.ScheduleExpression),
    ScheduleExpressionTimezone: String(members.ScheduleExpressionTimezone ?? 'UTC'),
    State: members.State === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: members.ActionAfterCompletion === 'DELETE' ? 'DELETE' : 'NONE',
    Target: readTarget(Object(members.Target) as Members),
    ...(typeof Description === 'string' && { Description }),
    ...(StartDate !== undefined && { StartDate: readSeconds(StartDate) }),
    ...(EndDate !== undefined && { EndDate: readSeconds(EndDate) }),
  };
  timesOf(definition, nowMs);
  return definition;
}

/** Errors: ValidationException for an expression or a time zone that does not exist. */
export function timesOf(definition: ScheduleDefinition, createdMs: number): NextTime {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, StartDate, EndDate } = definition;
  const startMs = StartDate === undefined ? undefined : StartDate * 1000;
  const endMs = EndDate === undefined ? undefined : EndDate * 1000;
  try {
    return compileTimes({ expression, timeZone, startMs, endMs, createdMs });
  } catch (cause) {
    const name = cause instanceof RangeError ? 'ScheduleExpressionTimezone' : 'ScheduleExpression';
    throw Object.assign(validationError(`Invalid ${name} ${cause instanceof RangeError ? timeZone : expression}.`), {
      cause,
    });
  }
}

function readTarget(target: Members): ScheduleTarget {
  const unknown = Object.keys(target).filter((name) => !targetMembers.has(name));
  if (unknown.length > 0) throw notImplemented(`the schedule target's ${unknown.join(', ')}`);
  const arn = String(target.Arn);
  const service = arn.split(':')[2];
  if (service !== 'lambda' && service !== 'sqs') throw notImplemented(`the schedule target ${arn}`);
  if (!/^arn:aws:iam::\d{12}:role\//.test(String(target.RoleArn))) throw validationError('RoleArn is not valid.');
  return target as unknown as ScheduleTarget;
}

function readSeconds(value: unknown): number {
  const seconds = typeof value === 'number' ? value : Date.parse(String(value)) / 1000;
  if (!Number.isFinite(seconds)) throw validationError(`${String(value)} is not a time.`);
  return seconds;
}
