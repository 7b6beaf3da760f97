import { Worker } from 'node:worker_threads';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { BootstrapData, FunctionError, InvokeMessage, WorkerMessage } from './runtime/protocol.ts';

export type InvocationEnd =
  | { kind: 'result'; payload: string }
  | { kind: 'failure'; error: FunctionError }
  /** The environment is gone: the runtime exited, crashed or was never initialised. */
  | { kind: 'lost'; error: FunctionError };

const bootstrap = new URL('./runtime/bootstrap.ts', import.meta.url);

/** One worker thread with the function loaded in it. It takes one invocation at a time and lives until it is ended. */
export class ExecutionEnvironment {
  readonly configuration: FunctionConfiguration;
  readonly #worker: Worker;
  readonly #initialised: Promise<FunctionError | undefined>;
  #finishInit: (error: FunctionError | undefined) => void = () => {};
  #current: { requestId: string; end: (end: InvocationEnd) => void } | undefined;
  #lost: FunctionError | undefined;
  /** Takes what the function writes. */
  onOutput: (text: string) => void = () => {};
  onLost: () => void = () => {};
  /** CPU time of the last invocation that came to an end by itself. */
  cpuMs = 0;

  constructor(configuration: FunctionConfiguration, environment: Record<string, string>) {
    this.configuration = configuration;
    this.#initialised = new Promise((resolve) => {
      this.#finishInit = resolve;
    });
    const { taskRoot, handler, logFormat } = configuration;
    this.#worker = new Worker(bootstrap, {
      workerData: { taskRoot, handler, logFormat } satisfies BootstrapData,
      env: environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMb },
      name: configuration.name,
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error: Error & { code?: string }) => this.#fail(describeDeath(error)));
    this.#worker.on('exit', (status) => this.#fail(exitError(`exit status ${status}`)));
  }

  /** Settles once: undefined when the handler is loaded, else why it could not be. */
  initialised(): Promise<FunctionError | undefined> {
    return this.#initialised;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  invoke(message: InvokeMessage): Promise<InvocationEnd> {
    return new Promise((resolve) => {
      if (this.#lost !== undefined) {
        resolve({ kind: 'lost', error: this.#lost });
        return;
      }
      this.#current = { requestId: message.requestId, end: resolve };
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'output':
        this.onOutput(message.text);
        break;
      case 'ready':
        this.#finishInit(undefined);
        break;
      case 'init-error':
      case 'crash':
        this.#fail(message.error);
        void this.end();
        break;
      case 'result':
        this.cpuMs = message.cpuMs;
        this.#endCurrent({ kind: 'result', payload: message.payload });
        break;
      case 'failure':
        this.cpuMs = message.cpuMs;
        this.#endCurrent({ kind: 'failure', error: message.error });
        break;
    }
  }

  #endCurrent(end: InvocationEnd): void {
    const current = this.#current;
    this.#current = undefined;
    current?.end(end);
  }

  #fail(error: FunctionError): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#finishInit(error);
    this.#endCurrent({ kind: 'lost', error });
    this.onLost();
  }
}

function describeDeath(error: Error & { code?: string }): FunctionError {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? { errorType: 'Runtime.OutOfMemory', errorMessage: 'Runtime exited with error: signal: killed', trace: [] }
    : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function exitError(how: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}`, trace: [] };
}
