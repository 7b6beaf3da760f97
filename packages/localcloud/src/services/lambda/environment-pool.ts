import { availableParallelism } from 'node:os';
import type { KillCount } from '../../faults/fault-endpoint.ts';
import { AwsError } from '../../kernel/types.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** Environments alive at one time on this machine. */
const environmentLimit = 32;
/**
 * Environments at work at one time on this machine; callers beyond it wait, as nothing on AWS would have to. More of
 * them would share the same processors, and each one begun for a burst takes more of these than the work it is begun for.
 */
const workingLimit = 4 * availableParallelism();
const idleMs = 5 * 60_000;
const overdueMs = 2_000;

export interface Lease {
  environment: ExecutionEnvironment;
  /** True for the first invocation of an environment. */
  isColdStart: boolean;
  /** Gives the environment back for the next invocation. */
  release(): void;
  /** Ends the environment: it timed out or is broken. */
  discard(): Promise<void>;
}

interface IdleEnvironment {
  environment: ExecutionEnvironment;
  timer: NodeJS.Timeout;
}

interface Waiter {
  functionName: string;
  sinceMs: number;
  call(): void;
}

/**
 * Keeps execution environments warm. A function gets as many as it has invocations at one time, up to its reserved
 * concurrency; past that it is throttled.
 */
export class EnvironmentPool {
  readonly #limit: number;
  readonly #workingLimit: number;
  readonly #environmentOf: (configuration: FunctionConfiguration) => Record<string, string>;
  readonly #idle: IdleEnvironment[] = [];
  readonly #busyByFunction = new Map<string, number>();
  readonly #alive = new Set<ExecutionEnvironment>();
  /** Who has waited longest comes first. */
  readonly #waiting: Waiter[] = [];
  #isClosed = false;

  constructor(
    environmentOf: (configuration: FunctionConfiguration) => Record<string, string>,
    limits = { alive: environmentLimit, working: workingLimit },
  ) {
    this.#environmentOf = environmentOf;
    this.#limit = limits.alive;
    this.#workingLimit = limits.working;
  }

  /**
   * @param patience once it aborts, a caller that still waits for an environment is turned away
   * Errors: TooManyRequestsException (429) when the function's reserved concurrency is used up, or patience is.
   */
  async acquire(configuration: FunctionConfiguration, patience?: AbortSignal): Promise<Lease> {
    if (this.#isClosed) throw new AwsError('ServiceException', 500, 'The service is stopping.');
    this.#enter(configuration);
    const sinceMs = performance.now();
    try {
      for (;;) {
        const lease = this.#isAtWork() ? undefined : await this.#leaseNow(configuration);
        if (lease) return lease;
        await this.#takeTurn(configuration.name, sinceMs, patience);
      }
    } catch (error) {
      this.#leave(configuration);
      throw error;
    }
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
      throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.#busyByFunction.set(name, busy + 1);
  }

  #leave({ name }: FunctionConfiguration): void {
    this.#busyByFunction.set(name, (this.#busyByFunction.get(name) ?? 1) - 1);
  }

  #begin(configuration: FunctionConfiguration): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(configuration, this.#environmentOf(configuration));
    this.#alive.add(environment);
    environment.onLost = () => this.#forget(environment);
    return environment;
  }

  /** Whether as many are at work as the machine is given. */
  #isAtWork(): boolean {
    return this.#alive.size - this.#idle.length >= this.#workingLimit;
  }

  /** A warm environment before a new one, and a new one in the place of the longest idle before none. */
  async #leaseNow(configuration: FunctionConfiguration): Promise<Lease | undefined> {
    const warm = this.#takeIdle(configuration.name);
    if (warm) return this.#lease(warm, false);
    if (this.#alive.size >= this.#limit) {
      const oldest = this.#idle.shift();
      if (!oldest) return undefined;
      await this.#end(oldest);
    }
    return this.#lease(this.#begin(configuration), true);
  }

  /** Its place is the caller's: nobody is called for it. */
  async #end({ environment, timer }: IdleEnvironment): Promise<void> {
    clearTimeout(timer);
    environment.onLost = () => {};
    await environment.end();
    this.#alive.delete(environment);
  }

  #lease(environment: ExecutionEnvironment, isColdStart: boolean): Lease {
    const leave = (): void => this.#leave(environment.configuration);
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
    this.#callNext();
  }

  /** Resolves when an environment is idle or gone. Errors: TooManyRequestsException when patience ends first. */
  #takeTurn(functionName: string, sinceMs: number, patience: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(throttled('ConcurrentInvocationLimitExceeded'));
      };
      const call = (): void => {
        patience?.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiter: Waiter = { functionName, sinceMs, call };
      this.#waiting.push(waiter);
      this.#waiting.sort((one, other) => one.sinceMs - other.sinceMs);
      patience?.addEventListener('abort', giveUp, { once: true });
      if (patience?.aborted) giveUp();
    });
  }

  /** Whoever can use an idle environment as it is comes first, for another would begin its own; but nobody waits long for that. */
  #callNext(): void {
    const [first] = this.#waiting;
    if (!first) return;
    const isFirstOverdue = performance.now() - first.sinceMs > overdueMs;
    const idleFunctions = new Set(this.#idle.map(({ environment }) => environment.configuration.name));
    const fitting = this.#waiting.find(({ functionName }) => idleFunctions.has(functionName));
    const next = isFirstOverdue ? first : (fitting ?? first);
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.call();
  }

  #forget(environment: ExecutionEnvironment): void {
    if (!this.#alive.delete(environment)) return;
    const index = this.#idle.findIndex((idle) => idle.environment === environment);
    if (index >= 0) clearTimeout(this.#idle.splice(index, 1)[0]?.timer);
    this.#callNext();
  }
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}
