/** What may befall messages of queues, each with a probability from 0 to 1. */
export interface QueueFault {
  /** Of the queues whose name contains it, whatever the case; `*` for all. */
  queue: string;
  /** A sent message is stored twice, under one id, as at-least-once delivery may show it. */
  duplicate: number;
  /** A sent message becomes visible only after up to `delayUpToMs`, and so behind later ones. */
  delay: number;
  delayUpToMs: number;
  /** A received message does not reach the receiver: it counts as received and is hidden for `lostForMs`. */
  lose: number;
  lostForMs: number;
}

/** How a message that is being sent fares. */
export interface SendFate {
  copies: number;
  delayMs: number;
}

interface Timed<T> {
  fault: T;
  untilMs: number;
}

const unharmed: SendFate = { copies: 1, delayMs: 0 };

/**
 * The faults that the operator ordered, each until its time is over. Services ask it at the place where the real thing
 * would fail, so that what follows is the code of a real failure. Nothing is ordered at the start, and nothing outlives
 * the process.
 */
export class FaultPlan {
  readonly #now: () => number;
  readonly #random: () => number;
  #storage: Timed<{ probability: number }> | undefined;
  #queue: Timed<QueueFault> | undefined;
  #disk: Timed<object> | undefined;

  constructor(now: () => number, random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  slowStorage(probability: number, forMs: number): void {
    this.#storage = this.#timed({ probability }, forMs);
  }

  disturbQueue(fault: QueueFault, forMs: number): void {
    this.#queue = this.#timed(fault, forMs);
  }

  fillDisk(forMs: number): void {
    this.#disk = this.#timed({}, forMs);
  }

  end(): void {
    this.#storage = undefined;
    this.#queue = undefined;
    this.#disk = undefined;
  }

  /** True when this S3 request is to be answered 503. */
  refusesStorage(): boolean {
    const fault = this.#active(this.#storage);
    return fault !== undefined && this.#happens(fault.probability);
  }

  /** True while no write may reach the disk. */
  isDiskFull(): boolean {
    return this.#active(this.#disk) !== undefined;
  }

  fateOfSent(queueName: string): SendFate {
    const fault = this.#faultOf(queueName);
    if (!fault) return unharmed;
    return {
      copies: this.#happens(fault.duplicate) ? 2 : 1,
      delayMs: this.#happens(fault.delay) ? Math.ceil(this.#random() * fault.delayUpToMs) : 0,
    };
  }

  /** How long a message that is being received stays hidden from everybody; undefined when it arrives. */
  lossOfReceived(queueName: string): number | undefined {
    const fault = this.#faultOf(queueName);
    return fault && this.#happens(fault.lose) ? Math.max(1, fault.lostForMs) : undefined;
  }

  #faultOf(queueName: string): QueueFault | undefined {
    const fault = this.#active(this.#queue);
    return fault && namesMatch(fault.queue, queueName) ? fault : undefined;
  }

  #happens(probability: number): boolean {
    return this.#random() < probability;
  }

  #timed<T>(fault: T, forMs: number): Timed<T> {
    return { fault, untilMs: this.#now() + forMs };
  }

  #active<T>(timed: Timed<T> | undefined): T | undefined {
    return timed && this.#now() < timed.untilMs ? timed.fault : undefined;
  }
}

/** `*` matches every name; other text the names that contain it, whatever the case. */
export function namesMatch(wanted: string, name: string): boolean {
  return wanted === '*' || name.toLowerCase().includes(wanted.toLowerCase());
}

/** What a write meets on a full disk; services answer it as they answer any failure of their own, with 500. */
export function diskFull(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}
