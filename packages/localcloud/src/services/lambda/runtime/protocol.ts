/** What a function's own failure looks like, as the Lambda runtime reports it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** Given to the worker thread once, when the execution environment is created. */
export interface BootstrapData {
  /** The unzipped deployment package: `/var/task` on AWS. */
  taskRoot: string;
  /** `FILE.EXPORT`, as in the template. */
  handler: string;
  logFormat: 'Text' | 'JSON';
}

/** Control plane → worker. */
export interface InvokeMessage {
  requestId: string;
  /** The event as JSON text. */
  payload: string;
  functionArn: string;
  /** Wall clock, milliseconds since the epoch. */
  deadlineMs: number;
  traceId: string;
}

/** Worker → control plane, in the order in which things happened: a log line never overtakes its result. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'init-error'; error: FunctionError }
  | { kind: 'result'; requestId: string; payload: string; cpuMs: number }
  | { kind: 'failure'; requestId: string; error: FunctionError; cpuMs: number }
  | { kind: 'crash'; error: FunctionError; exitStatus: number }
  | { kind: 'output'; text: string };

/** Words a thrown value as the Lambda runtime does. */
export function describeError(thrown: unknown): FunctionError {
  if (thrown instanceof Error || isErrorLike(thrown)) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value;
}
