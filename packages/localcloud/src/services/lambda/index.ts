import type { KillCount } from '../../faults/fault-endpoint.ts';
import { namesMatch } from '../../faults/fault-plan.ts';
import type {
  AwsService,
  Deliveries,
  FunctionOutcome,
  Kernel,
  Principal,
  ResourceProvider,
} from '../../kernel/types.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { environmentVariables, type SessionCredentials } from './environment-variables.ts';
import { createEventSources, type PollerParts } from './event-sources/index.ts';
import { FunctionCatalogue, type KnownFunction } from './function-catalogue.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { functionProviders } from './function-providers.ts';
import { type Invocation, runFunction } from './function-runner.ts';
import { createInvokeApi } from './invoke-api.ts';
import { createLogWriter } from './log-writer.ts';
import { sourceContext } from './resource-policy.ts';

export interface LambdaDependencies {
  credentialsForRole(roleArn: string, sessionName: string): SessionCredentials;
  /** `http://127.0.0.1:PORT`; asked for when an environment starts. */
  endpoint(): string;
  /** Appends whole lines to a log group. */
  appendLog(logGroupName: string, text: string): void;
  /** Where event source mappings read from, and where they send what they gave up. */
  eventSources: Pick<PollerParts, 'consumer' | 'streams' | 'sendToQueue' | 'matchesPattern'>;
}

/** Who invokes a function in process, for the check against the function's resource-based policy. */
export type InvocationSource =
  | { kind: 'service'; service: string; sourceArn?: string }
  | { kind: 'role'; principal: Principal };

export interface Lambda {
  service: AwsService;
  providers: ResourceProvider[];
  /** Invokes without asking for a permission: for callers that checked it, and for event source mappings. */
  invokeFunction: Deliveries['invokeFunction'];
  /**
   * Invokes for an AWS service or with a role of its own, if the function's policy (or the role's) allows it.
   * Once `patience` aborts, an event that still waits for an environment is dropped: nobody wants its answer any more.
   * Errors: AccessDeniedException, TooManyRequestsException, ResourceNotFoundException.
   */
  invokeFor(
    source: InvocationSource,
    functionArn: string,
    payload: unknown,
    patience?: AbortSignal,
  ): Promise<FunctionOutcome>;
  /**
   * As `invokeFor`, but resolves once the function's asynchronous queue holds the event: the function runs afterwards,
   * and a failure is tried again after one minute and after two more.
   */
  invokeAsynchronously(source: InvocationSource, functionArn: string, payload: unknown): Promise<void>;
  /** Ends environments of functions whose name contains the text, whatever they are doing; `*` for all. */
  kill(functions: string): Promise<KillCount>;
  /** Begins to work off events; to be called when everything is provisioned and the port is open. */
  start(): void;
}

export function createLambda(kernel: Kernel, dependencies: LambdaDependencies): Lambda {
  const functions = new FunctionCatalogue();
  const pool = new EnvironmentPool((configuration) => {
    const credentials = dependencies.credentialsForRole(configuration.roleArn, configuration.name);
    return environmentVariables(configuration, credentials, dependencies.endpoint());
  });
  const writeLog = createLogWriter(kernel, dependencies.appendLog);
  const run = async (
    { configuration }: KnownFunction,
    payload: string,
    patience?: AbortSignal,
  ): Promise<Invocation> => {
    const write = (text: string) => writeLog(configuration, text);
    const invocation = await runFunction(pool, configuration, payload, write, patience);
    countInvocation(kernel, configuration, invocation);
    return invocation;
  };
  const asynchronous = new AsyncInvocations({
    kernel,
    invoke: async (name, payload) => (await run(functions.find(name), payload)).end.kind === 'result',
  });
  const invokeFunction: Deliveries['invokeFunction'] = async (arn, payload) =>
    outcomeOf(await run(functions.find(arn), JSON.stringify(payload) ?? 'null'));
  const eventSources = createEventSources(kernel, functions, { ...dependencies.eventSources, invoke: invokeFunction });
  const api = createInvokeApi({ kernel, functions, asynchronous, run });
  return {
    service: {
      ...api,
      close: async () => {
        asynchronous.stop();
        eventSources.abort();
        await pool.close();
        await Promise.all([asynchronous.finished(), eventSources.finished()]);
      },
    },
    providers: [...functionProviders(kernel, functions), eventSources.provider],
    invokeFunction,
    invokeFor: async (source, arn, payload, patience) => {
      const known = functions.find(arn);
      authorizeSource(kernel, source, known);
      return outcomeOf(await run(known, JSON.stringify(payload) ?? 'null', patience));
    },
    invokeAsynchronously: async (source, arn, payload) => {
      const known = functions.find(arn);
      authorizeSource(kernel, source, known);
      await asynchronous.accept(known.configuration.name, JSON.stringify(payload) ?? 'null');
    },
    kill: (functions) => pool.kill((name) => namesMatch(functions, name)),
    start() {
      asynchronous.start();
      eventSources.start();
    },
  };
}

/** `coldStarts` and `initMs` apart: how often they happen depends on the pace, which here is not that of a fleet. */
function countInvocation({ usage }: Kernel, { name, memoryMb }: FunctionConfiguration, invocation: Invocation): void {
  const { durationMs, cpuMs, initMs } = invocation;
  const coldStart = initMs === undefined ? undefined : { coldStarts: 1, initMs };
  usage.count(
    { service: 'lambda', operation: `Invoke at ${memoryMb} MB`, resource: name, caller: 'lambda' },
    { requests: 1, durationMs, cpuMs, ...coldStart },
  );
}

function authorizeSource(kernel: Kernel, source: InvocationSource, { configuration, policy }: KnownFunction): void {
  const principal: Principal =
    source.kind === 'role'
      ? source.principal
      : { kind: 'service', arn: source.service, accessKeyId: '', service: source.service };
  kernel.authorize({
    principal,
    action: 'lambda:InvokeFunction',
    resourceArn: configuration.arn,
    context: source.kind === 'service' ? sourceContext(source.sourceArn) : {},
    resourcePolicy: policy,
  });
}

function outcomeOf({ end }: Invocation): FunctionOutcome {
  return end.kind === 'result'
    ? { ok: true, payload: JSON.parse(end.payload) as unknown }
    : { ok: false, ...end.error };
}
