import { setTimeout as pause } from 'node:timers/promises';
import { pollUntil } from '../support/poll-until.ts';
import type { StoredTruth } from '../support/stored-truth.ts';
import { type FaultKind, faultWeights, isKill } from './fault-kinds.ts';
import type { FaultRandom } from './fault-random.ts';
import type { NetworkFault } from './faulty-network.ts';
import type { RecordedHost } from './recorded-host.ts';
import { type FaultOrder, type FaultyService, orderFault, repeatMessages } from './service-faults.ts';

export interface FaultRoundOptions {
  readonly hosts: readonly RecordedHost[];
  readonly service: FaultyService;
  readonly truth: StoredTruth;
  readonly random: FaultRandom;
  /** The round ends after so many kills. */
  readonly kills: number;
}

const minuteMs = 60_000;
/** Functions are at work for moments; so often one is looked for. */
const killTries = 25;
const queueFault = { duplicate: 0.3, delay: 0.4, delayUpToMs: 2_000, lose: 0.2, lostForMs: 1_500 } as const;
/** Of the kills of agents: those that may hit one that is just starting, and taking up what the last one left. */
const startingShare = 0.2;
/** Less than the message life, after which an agent gives up what it could not deliver. */
const maxClockErrorMs = 90 * minuteMs;
/** However busy the machine, an agent records by then. */
const beginWithinMs = 60_000;
/** Noise for so long is more than a spool takes. */
const floodMs = 8_000;
const networkFaults = {
  'line cut': 'cut',
  'line slow': 'slow',
  'line half-open': 'half-open',
  'line reset': 'reset',
} as const satisfies Partial<Record<FaultKind, NetworkFault>>;

/** Breaks things at random while hosts record, several at a time. When it is over everything works again. */
export class FaultRound {
  readonly counts = new Map<FaultKind, number>();
  readonly #options: FaultRoundOptions;
  readonly #repairs = new Set<Promise<void>>();
  /** Hosts whose agent is dead or asleep just now: nothing else is done to them. */
  readonly #away = new Set<RecordedHost>();
  readonly #onDisturbedLine = new Set<RecordedHost>();

  constructor(options: FaultRoundOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { random, kills, hosts } = this.#options;
    await pollUntil('every host records', () => hosts.every((host) => host.isRecording), beginWithinMs);
    for (let killed = 0; killed < kills; ) {
      await pause(random.integer(50, 500));
      const kind = random.weighted(faultWeights);
      const isDone = kind === 'function killed' ? await this.#killFunctions() : this.#inject(kind);
      if (!isDone) continue;
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      if (isKill(kind)) killed += 1;
      this.#restartFailed();
    }
    await Promise.all(this.#repairs);
  }

  /** @returns whether there was something to do it to */
  #inject(kind: Exclude<FaultKind, 'function killed'>): boolean {
    const repair = this.#begin(kind);
    if (repair === undefined) return false;
    const tracked = repair.finally(() => this.#repairs.delete(tracked));
    this.#repairs.add(tracked);
    return true;
  }

  #begin(kind: Exclude<FaultKind, 'function killed'>): Promise<void> | undefined {
    const { service, random } = this.#options;
    switch (kind) {
      case 'localcloud killed':
        return service.isUp ? service.kill(random.integer(0, 800)) : undefined;
      case 'messages repeated':
        return service.isUp ? this.#repeatMessages() : undefined;
      case 'messages doubled, late or lost':
        return this.#order({ queue: { ...queueFault, forMs: random.integer(500, 4_000) } });
      case 'storage answers 503':
        return this.#order({ storage: { probability: 0.4, forMs: random.integer(500, 3_000) } });
      case 'disk of localcloud full':
        return this.#order({ disk: { forMs: random.integer(200, 2_000) } });
      case 'agent killed':
        return this.#withHost(this.#away, (host) => this.#killAgent(host), random.next() < startingShare);
      case 'machine suspended':
        return this.#withHost(this.#away, (host) => this.#suspend(host));
      case 'clock set wrong':
        return this.#withHost(this.#away, async (host) =>
          host.setClock(random.integer(-maxClockErrorMs, maxClockErrorMs)),
        );
      case 'spool full':
        return this.#withHost(this.#onDisturbedLine, (host) => this.#fillSpool(host));
      default:
        return this.#withHost(this.#onDisturbedLine, (host) => this.#disturbLine(host, networkFaults[kind]));
    }
  }

  #withHost(
    busy: Set<RecordedHost>,
    act: (host: RecordedHost) => Promise<void>,
    mayBeStarting = false,
  ): Promise<void> | undefined {
    const { hosts, random } = this.#options;
    const free = hosts.filter((host) => !busy.has(host) && (mayBeStarting ? host.isRunning : host.isRecording));
    const host = free[random.integer(0, free.length - 1)];
    if (host === undefined) return undefined;
    busy.add(host);
    return act(host).finally(() => busy.delete(host));
  }

  async #killAgent(host: RecordedHost): Promise<void> {
    const downMs = this.#options.random.integer(0, 600);
    await host.kill();
    await pause(downMs);
    host.start();
  }

  /** The host's clock goes on meanwhile, so that tokens, grants and leases run out. */
  async #suspend(host: RecordedHost): Promise<void> {
    const { random } = this.#options;
    const sleptMs = random.integer(1, 30) * minuteMs;
    host.suspend();
    await pause(random.integer(300, 3_000));
    host.wake(random.next() < 0.5 ? sleptMs : 0);
  }

  async #disturbLine(host: RecordedHost, fault: NetworkFault): Promise<void> {
    const { random } = this.#options;
    host.network.fail(fault, random.integer(0, 40_000));
    await pause(random.integer(500, 4_000));
    host.network.fail('none');
  }

  /** Noise that cannot leave the host. */
  async #fillSpool(host: RecordedHost): Promise<void> {
    host.network.fail('cut');
    host.tell({ kind: 'flood', isOn: true });
    await pause(floodMs);
    host.tell({ kind: 'flood', isOn: false });
    host.network.fail('none');
  }

  async #repeatMessages(): Promise<void> {
    const { service, truth, random } = this.#options;
    await repeatMessages(service.stack, truth, random, 'chunks/').catch(noOrder);
  }

  #order(order: FaultOrder): Promise<void> | undefined {
    const { service } = this.#options;
    if (!service.isUp) return undefined;
    return orderFault(service.stack, order).then(noOrder, noOrder);
  }

  /** @returns whether one was killed in the middle of its work */
  async #killFunctions(): Promise<boolean> {
    const { service } = this.#options;
    for (let tries = 0; tries < killTries && service.isUp; tries++) {
      const killed = await orderFault(service.stack, { kill: '*' }).catch(noOrder);
      if (killed === undefined || killed > 0) return killed !== undefined;
      await pause(20);
    }
    return false;
  }

  /** As the operating system's service manager does. */
  #restartFailed(): void {
    for (const host of this.#options.hosts) if (!host.isRunning && !this.#away.has(host)) host.start();
  }
}

/** The service may be killed, or its disk be full, while it takes an order: then that is what happened to it. */
function noOrder(): undefined {
  return undefined;
}
