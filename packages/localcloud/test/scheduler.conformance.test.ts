import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../src/kernel/testing.ts';
import { AwsError } from '../src/kernel/types.ts';
import { createScheduler, type Scheduler } from '../src/services/scheduler/index.ts';
import { provisionWith } from './lambda-fixture.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:target';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:target';
const deadLetterArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
const roleArn = 'arn:aws:iam::000000000000:role/caller';
const startMs = Date.parse('2026-01-01T00:00:00Z');
const waitLimitMs = 10_000;

interface Call {
  arn: string;
  input: unknown;
  role: string;
}

let testKernel: TestKernel;
let server: TestServer;
let client: SchedulerClient;
let scheduler: Scheduler;
let calls: Call[];
let refusals: AwsError[];
let aheadMs: number;

/** The scheduler with its clock at `startMs`, which runs and which tests move on. */
async function open(): Promise<void> {
  const beganMs = Date.now();
  const kernel = { ...testKernel.kernel, now: () => startMs + (Date.now() - beganMs) + aheadMs, log: () => {} };
  const take = (arn: string, input: unknown, role: string): void => {
    const refusal = arn === deadLetterArn ? undefined : refusals.shift();
    if (refusal) throw refusal;
    calls.push({ arn, input, role });
  };
  scheduler = createScheduler(kernel, {
    async sendToQueue(arn, body, principal) {
      take(arn, body, principal.kind === 'role' ? principal.roleName : '');
      return { messageId: '1' };
    },
    async invokeAsynchronously(source, arn, payload) {
      take(arn, payload, source.kind === 'role' && source.principal.kind === 'role' ? source.principal.roleName : '');
    },
    assertAssumable(arn) {
      if (arn !== roleArn) throw new Error('no trust');
    },
  });
}

async function serve(): Promise<void> {
  server = await testKernel.serve([scheduler.service]);
  const { endpoint, credentials } = server;
  client = new SchedulerClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  scheduler.start();
}

beforeEach(async () => {
  testKernel = createTestKernel();
  calls = [];
  refusals = [];
  aheadMs = 0;
  await open();
  await serve();
});

afterEach(async () => {
  client.destroy();
  await server.close();
  testKernel.cleanup();
});

async function restart(): Promise<void> {
  client.destroy();
  await server.close();
  await open();
  await serve();
}

function create(Name: string, more: Partial<CreateScheduleCommandInput> = {}) {
  return client.send(
    new CreateScheduleCommand({
      Name,
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: '{"n":1}' },
      ...more,
    }),
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + waitLimitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isGone = (Name: string) =>
  client.send(new GetScheduleCommand({ Name })).then(
    () => false,
    (error: unknown) => error instanceof ResourceNotFoundException,
  );

describe('a schedule', () => {
  test('is described as it was made, listed, changed and deleted', async () => {
    const { ScheduleArn } = await create('one', { Description: 'first', ScheduleExpressionTimezone: 'Europe/Berlin' });
    expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/one');
    expect(await client.send(new GetScheduleCommand({ Name: 'one' }))).toMatchObject({
      Arn: ScheduleArn,
      GroupName: 'default',
      Description: 'first',
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: '{"n":1}' },
      CreationDate: expect.any(Date),
    });
    await expect(create('one')).rejects.toBeInstanceOf(ConflictException);
    await client.send(
      new UpdateScheduleCommand({
        Name: 'one',
        ScheduleExpression: 'rate(2 hours)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'DISABLED',
        Target: { Arn: queueArn, RoleArn: roleArn },
      }),
    );
    const { Schedules } = await client.send(new ListSchedulesCommand({ State: 'DISABLED' }));
    expect(Schedules).toEqual([expect.objectContaining({ Name: 'one', State: 'DISABLED', Target: { Arn: queueArn } })]);
    await client.send(new DeleteScheduleCommand({ Name: 'one' }));
    expect(await isGone('one')).toBe(true);
    await expect(client.send(new DeleteScheduleCommand({ Name: 'one' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  test('is listed page by page', async () => {
    for (const name of ['a', 'b', 'c']) await create(name);
    const first = await client.send(new ListSchedulesCommand({ MaxResults: 2 }));
    const second = await client.send(new ListSchedulesCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect([first, second].map(({ Schedules }) => Schedules?.map(({ Name }) => Name))).toEqual([['a', 'b'], ['c']]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    ['an expression that is none', { ScheduleExpression: 'daily' }, 'ValidationException'],
    ['a zone that does not exist', { ScheduleExpressionTimezone: 'Moon/Crater' }, 'ValidationException'],
    [
      'a role that it may not assume',
      { Target: { Arn: functionArn, RoleArn: `${roleArn}-other` } },
      'ValidationException',
    ],
    ['a group that does not exist', { GroupName: 'none' }, 'ResourceNotFoundException'],
    [
      'a flexible window',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } as const },
      'NotImplemented',
    ],
    [
      'a target that is not played',
      { Target: { Arn: 'arn:aws:sns:us-east-1:000000000000:t', RoleArn: roleArn } },
      'NotImplemented',
    ],
  ])('with %s is refused', async (_what, input, name) => {
    await expect(create('refused', input)).rejects.toMatchObject({ name });
  });
});

describe('the target', () => {
  test('of a rate is called at once and then at every interval, in its role', async () => {
    await create('often');
    await until(() => calls.length === 1);
    expect(calls[0]).toEqual({ arn: functionArn, input: { n: 1 }, role: 'caller' });
    aheadMs = 3_600_000;
    await until(() => calls.length === 2);
  });

  test('of a single time is called once, and its schedule deleted when that was asked for', async () => {
    await create('once', {
      ScheduleExpression: 'at(2026-01-01T09:00:00)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: queueArn, RoleArn: roleArn, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
    });
    expect(await isGone('once')).toBe(false);
    aheadMs = 8 * 3_600_000;
    await until(() => isGone('once'));
    expect(calls).toEqual([{ arn: queueArn, input: '{"at":"2026-01-01T08:00:00Z"}', role: 'caller' }]);
  });

  test('is told of the schedule when it has no input of its own', async () => {
    await create('told', { Target: { Arn: functionArn, RoleArn: roleArn } });
    await until(() => calls.length === 1);
    expect(calls[0]?.input).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/told'],
    });
  });

  test('that refuses is called again, and given up for the dead-letter queue after its last attempt', async () => {
    const refused = () => new AwsError('ThrottlingException', 400, 'not now');
    refusals = [refused()];
    await create('again', { ScheduleExpression: 'at(2026-01-01T00:00:01)' });
    await until(() => calls.length === 1);
    refusals = [refused()];
    const RetryPolicy = { MaximumRetryAttempts: 0 };
    const Target = { Arn: functionArn, RoleArn: roleArn, Input: '{"n":2}', RetryPolicy };
    await create('never', { Target: { ...Target, DeadLetterConfig: { Arn: deadLetterArn } } });
    await until(() => calls.length === 2);
    expect(calls[1]).toEqual({ arn: deadLetterArn, input: '{"n":2}', role: 'caller' });
  });

  test('is not called while its schedule is disabled', async () => {
    await create('off', { State: 'DISABLED' });
    await create('on');
    await until(() => calls.length === 1);
    const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: 'off' }));
    expect(Schedules).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  test('is called once after a restart for all times that were missed', async () => {
    await create('often');
    await until(() => calls.length === 1);
    aheadMs = 5 * 3_600_000;
    await restart();
    await until(() => calls.length === 2);
    aheadMs += 3_600_000;
    await until(() => calls.length === 3);
  });
});

test('groups hold schedules and take them along when they go', async () => {
  await client.send(new CreateScheduleGroupCommand({ Name: 'team' }));
  await create('same');
  await create('same', { GroupName: 'team', State: 'DISABLED' });
  expect(await client.send(new GetScheduleGroupCommand({ Name: 'team' }))).toMatchObject({ State: 'ACTIVE' });
  const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
  expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'team']);
  await client.send(new DeleteScheduleGroupCommand({ Name: 'team' }));
  const { Schedules } = await client.send(new ListSchedulesCommand({}));
  expect(Schedules?.map(({ GroupName }) => GroupName)).toEqual(['default']);
});

test('a template’s schedules keep their times from start to start, and go when the template drops them', async () => {
  const provision = (logicalId: string) =>
    provisionWith(scheduler.providers, 'AWS::Scheduler::Schedule', logicalId, {
      Name: logicalId,
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: '{}' },
    });
  await provision('kept');
  await provision('dropped');
  await until(() => calls.length === 2);
  client.destroy();
  await server.close();
  await open();
  await provision('kept');
  await serve();
  await until(() => isGone('dropped'));
  aheadMs = 3_600_000;
  await until(() => calls.length === 3);
});
