import { join } from 'node:path';
import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestServer } from '../src/kernel/testing.ts';
import { createLambda, type Lambda } from '../src/services/lambda/index.ts';
import { defineFunctionRole, FunctionAssets, noEventSources } from './lambda-fixture.ts';

const harness = createTestKernel();
const logs = new Map<string, string>();
let server: TestServer;
let lambda: Lambda;
let client: LambdaClient;

const functions: Record<string, { files: Record<string, string>; properties?: Record<string, unknown> }> = {
  echo: {
    files: {
      'index.mjs': `export const handler = async (event, context) => {
        console.log('saw', event.word);
        return { event, remainingMs: context.getRemainingTimeInMillis(), context, environment: process.env };
      };`,
    },
    properties: { Timeout: 5, MemorySize: 192, Environment: { Variables: { TABLE: 'things' } } },
  },
  script: {
    files: {
      'index.js': `const { two } = require('./two.js'); exports.handler = async () => two;`,
      'two.js': 'exports.two = 2;',
    },
  },
  counter: { files: { 'index.mjs': 'let count = 0; export const handler = async () => ++count;' } },
  thrower: {
    files: { 'index.mjs': `export const handler = async () => { throw new RangeError('too far'); };` },
  },
  sleeper: {
    files: {
      'index.mjs':
        'export const handler = (event) => event.quick ? "quick" : new Promise(() => setInterval(() => {}, 1000));',
    },
    properties: { Timeout: 1 },
  },
  spinner: { files: { 'index.mjs': 'export const handler = () => { for (;;); };' }, properties: { Timeout: 1 } },
  quitter: { files: { 'index.mjs': 'export const handler = () => new Promise(() => process.exit(3));' } },
  rejecter: {
    files: { 'index.mjs': `export const handler = () => new Promise(() => { Promise.reject(new Error('lost')); });` },
  },
  broken: { files: { 'index.mjs': `throw new Error('no table'); export const handler = async () => 1;` } },
  unbundled: { files: { 'index.mjs': `import 'esbuild'; export const handler = async () => 1;` } },
  withSdk: {
    files: {
      'index.mjs': `import { S3Client } from '@aws-sdk/client-s3'; export const handler = async () => typeof S3Client;`,
    },
  },
  callback: { files: { 'index.mjs': 'export const handler = (event, context, callback) => callback(null, 1);' } },
  large: { files: { 'index.mjs': `export const handler = async (event) => 'x'.repeat(event.sizeBytes);` } },
  single: {
    files: { 'index.mjs': 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 300, "done"));' },
    properties: { ReservedConcurrentExecutions: 1 },
  },
};

beforeAll(async () => {
  let endpoint = '';
  defineFunctionRole(harness.local);
  lambda = createLambda(harness.kernel, {
    credentialsForRole: (arn, session) => harness.local.credentials.credentialsForRole(arn, session),
    endpoint: () => endpoint,
    eventSources: noEventSources,
    appendLog: (group, text) => logs.set(group, (logs.get(group) ?? '') + text),
  });
  const assets = new FunctionAssets(join(harness.kernel.dataDirectory, 'cdk.out'));
  for (const [name, { files, properties }] of Object.entries(functions)) {
    const resource = assets.resource(name, files, properties);
    await lambda.providers.find(({ type }) => type === resource.type)?.provision(resource);
  }
  server = await harness.serve([lambda.service]);
  endpoint = server.endpoint;
  client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: server.credentials,
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  harness.cleanup();
});

function invoke(name: string, event: unknown = {}): Promise<InvokeCommandOutput> {
  return client.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' }),
  );
}

async function invokeJson(name: string, event: unknown = {}): Promise<Record<string, unknown>> {
  const { Payload, FunctionError } = await invoke(name, event);
  return { FunctionError, ...JSON.parse(Payload?.transformToString() ?? '{}') } as Record<string, unknown>;
}

describe('invoking a function', () => {
  test('hands over the event and the context and returns the answer', async () => {
    const answer = await invoke('echo', { word: 'hello' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    const seen = JSON.parse(answer.Payload?.transformToString() ?? '');
    expect(seen.event).toEqual({ word: 'hello' });
    expect(seen.remainingMs).toBeGreaterThan(1_000);
    expect(seen.context).toMatchObject({
      functionName: 'echo',
      memoryLimitInMB: '192',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      awsRequestId: answer.$metadata.requestId,
    });
  });

  test("gives the function Lambda's environment, its role's credentials and nothing of the host's", async () => {
    process.env.SECRET_OF_THE_HOST = 'x';
    const { environment } = (await invokeJson('echo')) as { environment: Record<string, string> };
    expect(environment).toMatchObject({
      TABLE: 'things',
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    });
    expect(environment._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/);
    expect(environment).not.toHaveProperty('SECRET_OF_THE_HOST');
    expect(environment).not.toHaveProperty('HOME');
  });

  test('runs CommonJS whatever package.json lies above the task root', async () => {
    expect((await invoke('script')).Payload?.transformToString()).toBe('2');
  });

  test('keeps the environment warm between invocations', async () => {
    expect((await invoke('counter')).Payload?.transformToString()).toBe('1');
    expect((await invoke('counter')).Payload?.transformToString()).toBe('2');
  });

  test('writes START, the output, END and REPORT to the log group and the tail', async () => {
    const { LogResult } = await invoke('echo', { word: 'logged' });
    const tail = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(tail).toMatch(
      /^START RequestId: \S+ Version: \$LATEST\n\S+\t\S+\tINFO\tsaw logged\nEND .+\nREPORT .+Memory Size: 192 MB/,
    );
    expect(logs.get('/aws/lambda/echo')).toContain(tail);
  });

  test('accepts an Event invocation and runs it afterwards', async () => {
    const before = countReports('counter');
    const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: 'counter', InvocationType: 'Event' }));
    expect(StatusCode).toBe(202);
    await waitFor(() => countReports('counter') > before);
  });

  test('answers a dry run without running the function', async () => {
    const before = logs.get('/aws/lambda/counter');
    const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: 'counter', InvocationType: 'DryRun' }));
    expect(StatusCode).toBe(204);
    expect(logs.get('/aws/lambda/counter')).toBe(before);
  });
});

describe("a function's failure", () => {
  test('reports a thrown error by type, message and trace', async () => {
    expect(await invokeJson('thrower')).toMatchObject({
      FunctionError: 'Unhandled',
      errorType: 'RangeError',
      errorMessage: 'too far',
      trace: expect.arrayContaining(['RangeError: too far']),
    });
  });

  test.each(['sleeper', 'spinner'])('ends the environment of %s when its time is up', async (name) => {
    expect(await invokeJson(name)).toMatchObject({
      FunctionError: 'Unhandled',
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(logs.get(`/aws/lambda/${name}`)).toContain('Task timed out after 1.00 seconds');
  });

  test('takes a new environment after a time-out', async () => {
    await invokeJson('sleeper');
    expect((await invoke('sleeper', { quick: true })).Payload?.transformToString()).toBe('"quick"');
  });

  test('reports an exit of the runtime', async () => {
    expect(await invokeJson('quitter')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    });
  });

  test('reports an unhandled rejection', async () => {
    expect(await invokeJson('rejecter')).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
  });

  test('reports a failed initialisation, every time anew', async () => {
    for (const _attempt of [1, 2]) {
      expect(await invokeJson('broken')).toMatchObject({ errorType: 'Error', errorMessage: 'no table' });
    }
  });

  test('refuses a package that is not in the bundle although this machine has it', async () => {
    expect(await invokeJson('unbundled')).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect((await invoke('withSdk')).Payload?.transformToString()).toBe('"function"');
  });

  test('refuses a callback handler, as Node.js 24 on Lambda does', async () => {
    expect(await invokeJson('callback')).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test('refuses an answer above 6 MB', async () => {
    expect(await invokeJson('large', { sizeBytes: 6_300_000 })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });
});

describe('refusals', () => {
  test('an unknown function is ResourceNotFoundException', async () => {
    await expect(invoke('nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('an event above 6 MB is RequestTooLargeException', async () => {
    await expect(invoke('counter', 'x'.repeat(6_300_000))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });

  test('an event that is not JSON is InvalidRequestContentException', async () => {
    const command = new InvokeCommand({ FunctionName: 'counter', Payload: Buffer.from('{') });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  test('an invocation beyond the reserved concurrency is TooManyRequestsException', async () => {
    const outcomes = await Promise.allSettled([invoke('single'), invoke('single')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'TooManyRequestsException', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
  });
});

function countReports(name: string): number {
  return logs.get(`/aws/lambda/${name}`)?.match(/^REPORT /gm)?.length ?? 0;
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('The condition did not come true within 5 s');
}
