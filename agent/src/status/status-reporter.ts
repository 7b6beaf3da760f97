import * as z from 'zod';
import type { Agent } from '../agent.ts';
import { JsonFile } from '../files/json-file.ts';

/** What a running agent leaves for `status` to read. No content, no addresses of pages. */
export const runningStatusSchema = z.object({
  processId: z.int(),
  updatedAt: z.string(),
  spoolUsedBytes: z.number(),
  spoolLimitBytes: z.number(),
  clockOffsetMs: z.number(),
  isUntrusted: z.boolean(),
  lastError: z.string().optional(),
  recordings: z.array(
    z.object({
      recordingId: z.string(),
      isEnded: z.boolean(),
      sealedSequence: z.number(),
      contiguousSequence: z.number(),
      spooledSegments: z.number(),
      spooledBytes: z.number(),
      rejectedCount: z.number(),
      discardedCount: z.number(),
      refusedBecause: z.string().optional(),
    }),
  ),
});
export type RunningStatus = z.output<typeof runningStatusSchema>;

const intervalMs = 2_000;

/** Writes the status file when something in it has changed. */
export class StatusReporter {
  readonly #agent: Agent;
  readonly #file: JsonFile<typeof runningStatusSchema>;
  #written = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { path: string; agent: Agent }) {
    this.#agent = options.agent;
    this.#file = new JsonFile(options.path, runningStatusSchema);
  }

  start(): void {
    this.#timer = setInterval(() => this.#report(), intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#report();
    await this.#writing;
  }

  #report(): void {
    const { budget, clockOffset, deliveryLoop, clock, log } = this.#agent;
    const { lastError } = deliveryLoop;
    const content = {
      processId: process.pid,
      spoolUsedBytes: budget.usedBytes,
      spoolLimitBytes: budget.limitBytes,
      clockOffsetMs: clockOffset.offsetMs,
      isUntrusted: deliveryLoop.isUntrusted,
      ...(lastError !== undefined && { lastError }),
      recordings: deliveryLoop.progress(),
    };
    const text = JSON.stringify(content);
    if (text === this.#written) return;
    this.#written = text;
    const status = { ...content, updatedAt: new Date(clock.wallMs()).toISOString() };
    this.#writing = this.#writing
      .then(() => this.#file.write(status))
      .catch(() => log('warn', 'status could not be written'));
  }
}
