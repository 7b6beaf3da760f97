import { sendMessages } from '../support/queue-messages.ts';
import type { Stack } from '../support/stack.ts';
import type { StoredTruth } from '../support/stored-truth.ts';
import type { FaultRandom } from './fault-random.ts';

/** The service under test, which dies and comes back at the same address. */
export class FaultyService {
  readonly stack: Stack;
  #recovery: Promise<void> | undefined;

  constructor(stack: Stack) {
    this.stack = stack;
  }

  get isUp(): boolean {
    return this.#recovery === undefined;
  }

  /** `kill -9`; it is started again after a while. Does nothing while it is down. */
  async kill(downMs: number): Promise<void> {
    if (!this.isUp) return;
    this.#recovery = this.#killAndStart(downMs);
    await this.#recovery;
    this.#recovery = undefined;
  }

  /** Resolves when it is up. */
  async recovered(): Promise<void> {
    await this.#recovery;
  }

  async #killAndStart(downMs: number): Promise<void> {
    await this.stack.kill();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.stack.start();
  }
}

/** An order as `POST /_localcloud/faults` takes it. */
export type FaultOrder =
  | { kill: string }
  | { storage: { probability: number; forMs: number } }
  | { queue: { forMs: number; duplicate: number; delay: number; delayUpToMs: number; lose: number; lostForMs: number } }
  | { disk: { forMs: number } };

/** @returns how many function environments were ended in the middle of an invocation */
export async function orderFault({ endpoint, rootClient }: Stack, order: FaultOrder): Promise<number> {
  const response = await fetch(`${endpoint}/_localcloud/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootClient.credentials.secretAccessKey}` },
    body: JSON.stringify(order),
  });
  if (!response.ok) throw new Error(`the order was answered with ${response.status}`);
  const { midInvocation = 0 } = (await response.json()) as { midInvocation?: number };
  return midInvocation;
}

/** Says of some chunks again that they were uploaded, in any order: what a queue that delivers at least once may do. */
export async function repeatMessages(
  stack: Stack,
  truth: StoredTruth,
  random: FaultRandom,
  prefix: string,
): Promise<number> {
  const keys = await truth.objectKeys('Landing', prefix);
  const bodies = Array.from({ length: Math.min(keys.length, random.integer(1, 8)) }, () => ({
    Records: [{ s3: { object: { key: keys[random.integer(0, keys.length - 1)] } } }],
  }));
  await sendMessages(stack, 'IngestQueue', bodies);
  return bodies.length;
}
