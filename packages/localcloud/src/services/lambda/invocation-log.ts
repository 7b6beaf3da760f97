import type { FunctionConfiguration } from './function-configuration.ts';
import type { FunctionError } from './runtime/protocol.ts';

/** What `X-Amz-Log-Type: Tail` answers with, bytes. */
const tailBytes = 4096;

/**
 * The lines of one invocation: Lambda's own around what the function writes, in the function's log format. Lambda's own
 * are at level INFO, and at WARN where they tell of a failure.
 */
export class InvocationLog {
  readonly #configuration: FunctionConfiguration;
  readonly #requestId: string;
  readonly #append: (text: string) => void;
  #tail = '';

  constructor(configuration: FunctionConfiguration, requestId: string, append: (text: string) => void) {
    this.#configuration = configuration;
    this.#requestId = requestId;
    this.#append = append;
  }

  write(text: string): void {
    this.#tail = (this.#tail + text).slice(-tailBytes);
    this.#append(text);
  }

  start(): void {
    this.#system(
      'INFO',
      'platform.start',
      { requestId: this.#requestId, version: '$LATEST' },
      `START RequestId: ${this.#requestId} Version: $LATEST`,
    );
  }

  /** A failure that the runtime could not log itself: a time-out, an exit, a failed initialisation. */
  failed(error: FunctionError): void {
    const line = error.errorType === 'Sandbox.Timedout' ? error.errorMessage.replace(/^.*Error: /, '') : undefined;
    this.#system(
      'WARN',
      'platform.runtimeDone',
      { requestId: this.#requestId, status: line === undefined ? 'error' : 'timeout', errorType: error.errorType },
      `${new Date().toISOString()} ${this.#requestId} ${line ?? `${error.errorType}: ${error.errorMessage}`}`,
    );
  }

  end(status: 'success' | 'error', durationMs: number, initDurationMs: number | undefined): void {
    const { memoryMb } = this.#configuration;
    const billedMs = Math.ceil(durationMs + (initDurationMs ?? 0));
    const init = initDurationMs === undefined ? '' : `\tInit Duration: ${initDurationMs.toFixed(2)} ms`;
    const metrics = { durationMs, billedDurationMs: billedMs, memorySizeMB: memoryMb, initDurationMs };
    this.#system(
      status === 'success' ? 'INFO' : 'WARN',
      'platform.report',
      { requestId: this.#requestId, status, metrics },
      `END RequestId: ${this.#requestId}\nREPORT RequestId: ${this.#requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
        `Billed Duration: ${billedMs} ms\tMemory Size: ${memoryMb} MB${init}`,
    );
  }

  /** The last 4 KB, base64. */
  tail(): string {
    return Buffer.from(this.#tail).subarray(-tailBytes).toString('base64');
  }

  #system(level: 'INFO' | 'WARN', type: string, record: Record<string, unknown>, line: string): void {
    const { logFormat, systemLogLevel } = this.#configuration;
    if (level === 'INFO' && systemLogLevel === 'WARN') return;
    const isJson = logFormat === 'JSON';
    this.write(`${isJson ? JSON.stringify({ time: new Date().toISOString(), type, record }) : line}\n`);
  }
}
