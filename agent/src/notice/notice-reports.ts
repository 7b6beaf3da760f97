import { type NoticeReport, noticeReportSchema, reportNotice, sessionIdSchema } from '@afterimage/contracts';
import * as z from 'zod';
import { JsonFile } from '../files/json-file.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import { describeError, type Logger } from '../log/logger.ts';
import { BackgroundTask } from '../time/background-task.ts';
import type { Clock } from '../time/clock.ts';
import { WakeUp } from '../time/wake-up.ts';
import type { Backoff } from '../transport/backoff.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import { AgentNotTrustedError, ServiceRefusedError } from '../transport/service-error.ts';

export interface NoticeReportsOptions {
  /** The file in which reports wait; there is none while none does. */
  readonly path: string;
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Logger;
}

const waitingSchema = z.array(z.object({ sessionId: sessionIdSchema, report: noticeReportSchema }));
type Waiting = z.output<typeof waitingSchema>[number];

/** Far more than users are told in the longest outage. */
const maxWaiting = 10_000;
const restMs = 600_000;

/** What users were told and answered, kept on disk until the service has put it on record. */
export class NoticeReports {
  readonly #options: NoticeReportsOptions;
  readonly #file: JsonFile<typeof waitingSchema>;
  readonly #queue = new SerialQueue();
  readonly #wakeUp: WakeUp;
  readonly #task = new BackgroundTask((signal) => this.#run(signal));
  #waiting: readonly Waiting[] = [];

  constructor(options: NoticeReportsOptions) {
    this.#options = options;
    this.#file = new JsonFile(options.path, waitingSchema);
    this.#wakeUp = new WakeUp(options.clock);
  }

  /** Takes up what an earlier process could not deliver. */
  async start(): Promise<void> {
    this.#waiting = (await this.#file.read()) ?? [];
    this.#wakeUp.now();
    this.#task.start();
  }

  /** @param withinMs so long the last reports are waited for */
  async stop(withinMs: number): Promise<void> {
    await this.#task.stop();
    if (this.#waiting.length > 0) await this.#deliver(AbortSignal.timeout(withinMs)).catch(() => undefined);
  }

  /** On disk when it resolves, unless that is full. */
  async add(sessionId: Waiting['sessionId'], report: NoticeReport): Promise<void> {
    await this.#change((waiting) => [...waiting, { sessionId, report }].slice(-maxWaiting));
    this.#wakeUp.now();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { backoff, log } = this.#options;
    let waitMs = restMs;
    while (!signal.aborted) {
      await this.#wakeUp.rest(waitMs, signal);
      if (signal.aborted) return;
      try {
        await this.#deliver(signal);
        backoff.reset();
        waitMs = restMs;
      } catch (error) {
        log('debug', 'notice could not be reported yet', describeError(error));
        waitMs = backoff.nextDelayMs();
      }
    }
  }

  /** Oldest first. @throws ServiceUnreachableError, AgentNotTrustedError */
  async #deliver(signal: AbortSignal): Promise<void> {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      await this.#send(first, signal);
      const sent = first;
      await this.#change((waiting) => waiting.filter((one) => one !== sent));
    }
  }

  async #send({ sessionId, report }: Waiting, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.client.call(reportNotice, { params: { sessionId }, body: report }, signal);
    } catch (error) {
      if (!(error instanceof ServiceRefusedError) || error instanceof AgentNotTrustedError) throw error;
      this.#options.log('error', 'the service refused a notice report', { sessionId, ...describeError(error) });
    }
  }

  #change(change: (waiting: readonly Waiting[]) => readonly Waiting[]): Promise<void> {
    return this.#queue.add(async () => {
      this.#waiting = change(this.#waiting);
      try {
        await this.#file.write([...this.#waiting]);
      } catch (error) {
        this.#options.log('error', 'notice reports could not be kept', describeError(error));
      }
    });
  }
}
