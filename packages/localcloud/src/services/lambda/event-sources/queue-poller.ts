import { region } from '../../../kernel/types.ts';
import { readFailures } from './batch-response.ts';
import { type Mapping, pollerPrincipal } from './mapping.ts';
import { pause } from './pause.ts';
import type { Poller, PollerParts, QueueMessage } from './sources.ts';

const longPollMs = 20_000;
const receiveLimit = 10;
const batchLimitBytes = 6_000_000;
const errorPauseMs = 1_000;

/**
 * Polls one queue for one function. A message is deleted when its batch succeeded without naming it as failed;
 * otherwise it becomes visible again when its visibility timeout ends, and the queue counts its receives.
 */
export class QueuePoller implements Poller {
  readonly #parts: PollerParts;
  readonly #mapping: Mapping;
  readonly #aborting = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: PollerParts, mapping: Mapping) {
    this.#parts = parts;
    this.#mapping = mapping;
  }

  start(): void {
    this.#loop = this.#poll();
  }

  abort(): void {
    this.#aborting.abort();
  }

  async finished(): Promise<void> {
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#aborting;
    // On AWS pollers outlive what fails; here they end with the process. What the one before had received comes again
    // at once, not when its visibility timeout ends.
    await this.#parts.consumer.releaseAll(this.#mapping.sourceArn);
    while (!signal.aborted) {
      try {
        if (this.#running.size >= this.#mapping.concurrency) {
          await Promise.race(this.#running);
          continue;
        }
        const batch = await this.#gather();
        if (batch.length > 0) this.#run(batch);
      } catch (error) {
        if (signal.aborted) return;
        this.#report('A queue could not be polled', error);
        await pause(errorPauseMs, signal);
      }
    }
  }

  /** Fills a batch until it is full or its window, which begins with its first message, is over. */
  async #gather(): Promise<QueueMessage[]> {
    const { batchSize, windowMs } = this.#mapping;
    const { signal } = this.#aborting;
    const { now } = this.#parts.kernel;
    const batch = await this.#receive(Math.min(receiveLimit, batchSize), longPollMs);
    const deadlineMs = now() + windowMs;
    let sizeBytes = sizeOf(batch);
    while (batch.length > 0 && batch.length < batchSize && sizeBytes < batchLimitBytes && now() < deadlineMs) {
      if (signal.aborted) break;
      const more = await this.#receive(Math.min(receiveLimit, batchSize - batch.length), deadlineMs - now());
      sizeBytes += sizeOf(more);
      batch.push(...more);
    }
    return batch;
  }

  async #receive(maxMessages: number, waitMs: number): Promise<QueueMessage[]> {
    this.#authorize('ReceiveMessage');
    const { signal } = this.#aborting;
    return this.#parts.consumer.receive(this.#mapping.sourceArn, { maxMessages, waitMs, signal });
  }

  #run(batch: QueueMessage[]): void {
    const run: Promise<void> = this.#process(batch)
      .catch((error: unknown) => this.#report('A batch of messages could not be processed', error))
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #process(batch: QueueMessage[]): Promise<void> {
    const wanted = batch.filter((message) => this.#isWanted(message));
    const unwanted = batch.filter((message) => !wanted.includes(message));
    await this.#delete(unwanted);
    if (wanted.length === 0) return;
    const Records = wanted.map((message) => lambdaRecord(message, this.#mapping.sourceArn));
    const outcome = await this.#parts.invoke(this.#mapping.function.arn, { Records });
    const failures = readFailures(outcome, this.#mapping.reportsItemFailures);
    if (failures === 'all' || failures.some((id) => !wanted.some(({ messageId }) => messageId === id))) return;
    await this.#delete(wanted.filter(({ messageId }) => !failures.includes(messageId)));
  }

  async #delete(messages: QueueMessage[]): Promise<void> {
    if (messages.length === 0) return;
    this.#authorize('DeleteMessage');
    const { consumer } = this.#parts;
    await Promise.all(messages.map(({ receiptHandle }) => consumer.delete(this.#mapping.sourceArn, receiptHandle)));
  }

  #isWanted(message: QueueMessage): boolean {
    const { filters, sourceArn } = this.#mapping;
    if (filters.length === 0) return true;
    const record = { ...lambdaRecord(message, sourceArn), body: parsedOrText(message.body) };
    return filters.some((pattern) => this.#parts.matchesPattern(pattern, record));
  }

  #authorize(call: string): void {
    this.#parts.kernel.authorize({
      principal: pollerPrincipal(this.#mapping),
      action: `sqs:${call}`,
      resourceArn: this.#mapping.sourceArn,
    });
  }

  #report(message: string, error: unknown): void {
    const { sourceArn, function: target } = this.#mapping;
    this.#parts.kernel.log('error', message, { queue: sourceArn, function: target.name, error: String(error) });
  }
}

function lambdaRecord(message: QueueMessage, eventSourceARN: string): Record<string, unknown> {
  const { messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(messageAttributes).map(([name, value]) => [name, lambdaAttribute(value)]),
    ),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: region,
  };
}

/** SQS's attribute in the form of the event: names begin with a small letter, and the list forms are there, empty. */
function lambdaAttribute(value: unknown): Record<string, unknown> {
  const fields = Object.entries(value as Record<string, unknown>);
  const lowered = fields.map(([name, content]) => [name.charAt(0).toLowerCase() + name.slice(1), content]);
  return { ...Object.fromEntries(lowered), stringListValues: [], binaryListValues: [] };
}

function parsedOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function sizeOf(batch: QueueMessage[]): number {
  return batch.reduce((sum, { body }) => sum + body.length, 0);
}
