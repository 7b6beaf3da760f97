/**
 * The entry point of an execution environment: a worker thread that plays Lambda's Node.js runtime. It loads the
 * handler, says `ready`, and then answers one invocation at a time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Handler, type LambdaContext, loadHandler } from './handler-loader.ts';
import { confineModulesTo } from './module-scope.ts';
import { captureOutput } from './output.ts';
import { type BootstrapData, describeError, type InvokeMessage, type WorkerMessage } from './protocol.ts';

if (parentPort === null) {
  throw new Error('The Lambda bootstrap runs in a worker thread only');
}
const port = parentPort;
const { taskRoot, handler: handlerName, logFormat } = workerData as BootstrapData;
let currentRequestId: string | undefined;

function send(message: WorkerMessage): void {
  port.postMessage(message);
}

function buildContext(message: InvokeMessage): LambdaContext {
  return {
    awsRequestId: message.requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    functionVersion: '$LATEST',
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  };
}

function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  currentRequestId = requestId;
  process.env._X_AMZN_TRACE_ID = message.traceId;
  const cpu = process.threadCpuUsage();
  try {
    const result = await handler(JSON.parse(message.payload), buildContext(message));
    send({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null', cpuMs: cpuMsSince(cpu) });
  } catch (thrown) {
    const error = describeError(thrown);
    console.error(`Invoke Error \t${JSON.stringify({ ...error, trace: undefined, stack: error.trace })}`);
    send({ kind: 'failure', requestId, error, cpuMs: cpuMsSince(cpu) });
  }
}

process.on('uncaughtException', (thrown) => {
  const error = describeError(thrown);
  console.error(`Uncaught Exception \t${JSON.stringify({ ...error, trace: undefined, stack: error.trace })}`);
  send({ kind: 'crash', error, exitStatus: 129 });
});
process.on('unhandledRejection', (reason) => {
  const { trace } = describeError(reason);
  const error = { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason), trace };
  console.error(`Unhandled Promise Rejection \t${JSON.stringify({ ...error, trace: undefined, stack: trace })}`);
  send({ kind: 'crash', error, exitStatus: 128 });
});

captureOutput(port, logFormat, () => currentRequestId);
if (process.env.NODE_OPTIONS?.includes('--enable-source-maps')) {
  process.setSourceMapsEnabled(true);
}
confineModulesTo(taskRoot);
try {
  const handler = await loadHandler(taskRoot, handlerName);
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
  send({ kind: 'ready' });
} catch (thrown) {
  send({ kind: 'init-error', error: describeError(thrown) });
}
