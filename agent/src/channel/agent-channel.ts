import {
  type AgentNotice,
  agentNoticeSchema,
  channelPing,
  channelPingIntervalMs,
  openAgentChannel,
} from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import { BackgroundTask } from '../time/background-task.ts';
import type { Clock } from '../time/clock.ts';
import type { Backoff } from '../transport/backoff.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import { ServiceRefusedError } from '../transport/service-error.ts';

export interface AgentChannelOptions {
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Logger;
  readonly onNotice: (notice: AgentNotice) => void;
  /** A connection begins or has ended: notices may have been missed before. */
  readonly onChange: () => void;
}

const openTimeoutMs = 10_000;
/** A service without a channel will not have one soon. */
const refusedPauseMs = 600_000;

/**
 * The agent's end of the channel: notices come by WebSocket while it can be had. Nothing depends on it; what it says a
 * poll says too, later. Its address carries a ticket and is never logged.
 */
export class AgentChannel {
  readonly #options: AgentChannelOptions;
  readonly #task = new BackgroundTask((signal) => this.#run(signal));
  #isOpen = false;

  constructor(options: AgentChannelOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  start(): void {
    this.#task.start();
  }

  stop(): Promise<void> {
    return this.#task.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, backoff, log } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#connect(signal);
        await clock.delay(backoff.nextDelayMs(), signal);
      } catch (error) {
        if (signal.aborted) return;
        log('debug', 'channel not open, polling instead', describeError(error));
        await clock.delay(error instanceof ServiceRefusedError ? refusedPauseMs : backoff.nextDelayMs(), signal);
      }
    }
  }

  /** @returns once the connection is over */
  async #connect(signal: AbortSignal): Promise<void> {
    const { client, backoff, log } = this.#options;
    const { url } = await client.call(openAgentChannel, { body: {} }, signal);
    const socket = new WebSocket(url);
    const pinging = setInterval(() => socket.send(channelPing), channelPingIntervalMs);
    try {
      await opening(socket, signal);
      backoff.reset();
      log('info', 'channel open');
      socket.addEventListener('message', ({ data }) => this.#take(data));
      this.#note(true);
      await closing(socket, signal);
      log('info', 'channel closed');
    } finally {
      clearInterval(pinging);
      socket.close();
      this.#note(false);
    }
  }

  /** What this version does not know is ignored. */
  #take(data: unknown): void {
    const notice = agentNoticeSchema.safeParse(parseJson(data));
    if (notice.success) this.#options.onNotice(notice.data);
  }

  #note(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#options.onChange();
  }
}

/** @throws when the connection ends, or the time, before it is open */
function opening(socket: WebSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = () => reject(new Error('the connection could not be made'));
  const timer = setTimeout(fail, openTimeoutMs);
  socket.addEventListener('open', () => resolve());
  socket.addEventListener('close', fail);
  signal.addEventListener('abort', fail);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', fail);
  });
}

function closing(socket: WebSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  socket.addEventListener('close', end);
  signal.addEventListener('abort', end);
  if (signal.aborted || socket.readyState !== WebSocket.OPEN) end();
  return promise.finally(() => signal.removeEventListener('abort', end));
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
