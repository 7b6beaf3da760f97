import { randomUUID } from 'node:crypto';
import type { EnvironmentPool, Lease } from './environment-pool.ts';
import type { InvocationEnd } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { InvocationLog } from './invocation-log.ts';
import type { FunctionError, InvokeMessage } from './runtime/protocol.ts';

/** Lambda's own bound on the initialisation of an environment. */
const initLimitMs = 10_000;
/** Largest answer of a synchronous invocation, bytes. */
const responseLimitBytes = 6_291_556;

export interface Invocation {
  requestId: string;
  /** The function's answer as JSON text, or how it failed. */
  end: { kind: 'result'; payload: string } | { kind: 'failure'; error: FunctionError };
  /** Base64 of the last 4 KB of its log. */
  logTail: string;
  /** Without the initialisation of the environment. */
  durationMs: number;
  cpuMs: number;
  /** How long the environment took to load the function; absent when it was warm. */
  initMs?: number;
}

/**
 * Runs one event through one environment and ends the environment when it timed out or broke.
 * Errors: TooManyRequestsException, also when no environment was free until `patience` aborted: nothing runs then.
 */
export async function runFunction(
  pool: EnvironmentPool,
  configuration: FunctionConfiguration,
  payload: string,
  writeLog: (text: string) => void,
  patience?: AbortSignal,
): Promise<Invocation> {
  const requestId = randomUUID();
  const log = new InvocationLog(configuration, requestId, writeLog);
  const lease = await pool.acquire(configuration, patience);
  lease.environment.onOutput = (text) => log.write(text);
  const initStartedAt = performance.now();
  const initError = await awaitInit(lease);
  const startedAt = performance.now();
  log.start();
  const end = initError
    ? ({ kind: 'lost', error: initError } as const)
    : await invokeWithin(lease, invokeMessage(configuration, requestId, payload), configuration.timeoutMs);
  if (end.kind === 'lost') log.failed(end.error);
  const durationMs = performance.now() - startedAt;
  const initMs = lease.isColdStart ? startedAt - initStartedAt : undefined;
  log.end(end.kind === 'result' ? 'success' : 'error', durationMs, initMs);
  const { cpuMs } = lease.environment;
  await giveBack(lease, end);
  const times = { durationMs, cpuMs, ...(initMs === undefined ? {} : { initMs }) };
  return { requestId, end: boundResponse(end, requestId), logTail: log.tail(), ...times };
}

async function awaitInit({ environment, isColdStart }: Lease): Promise<FunctionError | undefined> {
  if (!isColdStart) return undefined;
  const timedOut = { errorType: 'Sandbox.Timedout', errorMessage: 'Init phase timed out', trace: [] };
  return withLimit(environment.initialised(), initLimitMs, timedOut);
}

function invokeMessage(configuration: FunctionConfiguration, requestId: string, payload: string): InvokeMessage {
  const epoch = Math.floor(Date.now() / 1000).toString(16);
  return {
    requestId,
    payload,
    functionArn: configuration.arn,
    deadlineMs: Date.now() + configuration.timeoutMs,
    traceId: `Root=1-${epoch}-${randomUUID().replaceAll('-', '').slice(0, 24)};Sampled=0`,
  };
}

async function invokeWithin(lease: Lease, message: InvokeMessage, timeoutMs: number): Promise<InvocationEnd> {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const timedOut: InvocationEnd = {
    kind: 'lost',
    error: {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${message.requestId} Error: Task timed out after ${seconds} seconds`,
      trace: [],
    },
  };
  return withLimit(lease.environment.invoke(message), timeoutMs, timedOut);
}

async function withLimit<T>(work: Promise<T>, limitMs: number, late: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(late), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function giveBack(lease: Lease, end: InvocationEnd): Promise<void> {
  if (end.kind === 'lost') await lease.discard();
  else lease.release();
}

function boundResponse(end: InvocationEnd, requestId: string): Invocation['end'] {
  if (end.kind === 'lost') return { kind: 'failure', error: nameRequest(end.error, requestId) };
  if (end.kind === 'result' && Buffer.byteLength(end.payload) > responseLimitBytes) {
    return {
      kind: 'failure',
      error: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${responseLimitBytes} bytes).`,
        trace: [],
      },
    };
  }
  return end;
}

/** Lambda puts the request id before the message of what the runtime itself reports. */
function nameRequest(error: FunctionError, requestId: string): FunctionError {
  const isRuntimeExit = error.errorType === 'Runtime.ExitError' || error.errorType === 'Runtime.OutOfMemory';
  return isRuntimeExit ? { ...error, errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}` } : error;
}
