import type { KillCount } from '../../faults/fault-endpoint.ts';
import { AwsError } from '../../kernel/types.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** Environments alive at one time on this machine; callers beyond it wait, as nothing on AWS would have to. */
const environmentLimit = 32;
const idleMs = 5 * 60_000;

export interface Lease {
  environment: ExecutionEnvironment;
  /** True for the first invocation of an environment. */
  isColdStart: boolean;
  /** Gives the environment back for the next invocation. */
  release(): void;
  /** Ends the environment: it timed out or is broken. */
  discard(): Promise<void>;
}

/**
 * Keeps execution environments warm. A function gets as many as it has invocations at one time, up to its reserved
 * concurrency; past that it is throttled.
 */
export class EnvironmentPool {
  readonly #environmentOf: (configuration: FunctionConfiguration) => Record<string, string>;
  readonly #idle: { environment: ExecutionEnvironment; timer: NodeJS.Timeout }[] = [];
  readonly #busyByFunction = new Map<string, number>();
  readonly #alive = new Set<ExecutionEnvironment>();
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(environmentOf: (configuration: FunctionConfiguration) => Record<string, string>) {
    this.#environmentOf = environmentOf;
  }

  /** Errors: TooManyRequestsException (429) when the function's reserved concurrency is used up. */
  async acquire(configuration: FunctionConfiguration): Promise<Lease> {
    if (this.#isClosed) throw new AwsError('ServiceException', 500, 'The service is stopping.');
    this.#enter(configuration);
    const warm = this.#takeIdle(configuration.name);
    if (warm) return this.#lease(warm, false);
    await this.#makeRoom();
    const environment = new ExecutionEnvironment(configuration, this.#environmentOf(configuration));
    this.#alive.add(environment);
    environment.onLost = () => this.#forget(environment);
    return this.#lease(environment, true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all([...this.#alive].map((environment) => environment.end()));
  }

  /** Ends environments as a failing host would, whatever they are doing. */
  async kill(isMeant: (functionName: string) => boolean): Promise<KillCount> {
    const meant = [...this.#alive].filter(({ configuration }) => isMeant(configuration.name));
    const idle = new Set(this.#idle.map(({ environment }) => environment));
    const midInvocation = meant.filter((environment) => !idle.has(environment)).length;
    await Promise.all(meant.map((environment) => environment.end()));
    return { killed: meant.length, midInvocation };
  }

  #enter({ name, reservedConcurrency }: FunctionConfiguration): void {
    const busy = this.#busyByFunction.get(name) ?? 0;
    if (reservedConcurrency !== undefined && busy >= reservedConcurrency) {
      throw new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
      });
    }
    this.#busyByFunction.set(name, busy + 1);
  }

  #lease(environment: ExecutionEnvironment, isColdStart: boolean): Lease {
    const leave = (): void => {
      const { name } = environment.configuration;
      this.#busyByFunction.set(name, (this.#busyByFunction.get(name) ?? 1) - 1);
    };
    return {
      environment,
      isColdStart,
      release: () => {
        leave();
        this.#park(environment);
      },
      discard: async () => {
        leave();
        await environment.end();
        this.#forget(environment);
      },
    };
  }

  #takeIdle(functionName: string): ExecutionEnvironment | undefined {
    const index = this.#idle.findLastIndex(({ environment }) => environment.configuration.name === functionName);
    if (index < 0) return undefined;
    const [taken] = this.#idle.splice(index, 1);
    clearTimeout(taken?.timer);
    return taken?.environment;
  }

  #park(environment: ExecutionEnvironment): void {
    if (environment.isLost) return;
    const timer = setTimeout(() => void environment.end(), idleMs).unref();
    this.#idle.push({ environment, timer });
    this.#waiting.shift()?.();
  }

  async #makeRoom(): Promise<void> {
    while (this.#alive.size >= environmentLimit) {
      const oldest = this.#idle.shift();
      if (oldest) {
        clearTimeout(oldest.timer);
        await oldest.environment.end();
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  #forget(environment: ExecutionEnvironment): void {
    if (!this.#alive.delete(environment)) return;
    const index = this.#idle.findIndex((idle) => idle.environment === environment);
    if (index >= 0) clearTimeout(this.#idle.splice(index, 1)[0]?.timer);
    this.#waiting.shift()?.();
  }
}
