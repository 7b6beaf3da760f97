import { randomUUID } from 'node:crypto';
import { readFailures } from './batch-response.ts';
import type { Checkpoints } from './checkpoints.ts';
import { type Mapping, pollerPrincipal } from './mapping.ts';
import { pause } from './pause.ts';
import type { Poller, PollerParts, StreamRecord } from './sources.ts';

/** A look at the stream even when nothing announced a record. */
const pollMs = 1_000;
const firstRetryMs = 200;
const longestRetryMs = 30_000;

/**
 * Reads one stream for one function, in order, one batch at a time: a batch that fails is tried again, whole or from
 * its first failed record, until it succeeds, its retries or its age end it, or bisection has isolated the bad record.
 */
export class StreamPoller implements Poller {
  readonly #parts: PollerParts;
  readonly #mapping: Mapping;
  readonly #checkpoints: Checkpoints;
  readonly #aborting = new AbortController();
  #wake: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: PollerParts, mapping: Mapping, checkpoints: Checkpoints) {
    this.#parts = parts;
    this.#mapping = mapping;
    this.#checkpoints = checkpoints;
  }

  start(): void {
    const unsubscribe = this.#parts.streams.onAppend((arn) => {
      if (arn === this.#mapping.sourceArn) this.#wake();
    });
    this.#loop = this.#poll().finally(unsubscribe);
  }

  abort(): void {
    this.#aborting.abort();
    this.#wake();
  }

  finished(): Promise<void> {
    return this.#loop;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#aborting;
    while (!signal.aborted) {
      try {
        const batch = await this.#gather();
        if (batch.length === 0) await this.#wait(pollMs);
        else await this.#process(batch);
      } catch (error) {
        if (signal.aborted) return;
        this.#report('A stream could not be polled', error);
        await pause(pollMs, signal);
      }
    }
  }

  async #gather(): Promise<StreamRecord[]> {
    const { batchSize, windowMs } = this.#mapping;
    const { now } = this.#parts.kernel;
    let batch = this.#read(batchSize);
    const deadlineMs = now() + windowMs;
    while (batch.length > 0 && batch.length < batchSize && now() < deadlineMs && !this.#aborting.signal.aborted) {
      await this.#wait(deadlineMs - now());
      batch = this.#read(batchSize);
    }
    return batch;
  }

  #read(limit: number): StreamRecord[] {
    const { kernel, streams } = this.#parts;
    const { sourceArn, id } = this.#mapping;
    kernel.authorize({
      principal: pollerPrincipal(this.#mapping),
      action: 'dynamodb:GetRecords',
      resourceArn: sourceArn,
    });
    return streams.read(sourceArn, this.#checkpoints.read(id), limit);
  }

  /** Returns when the records are done with, for better or worse, and the checkpoint is behind them. */
  async #process(records: StreamRecord[]): Promise<void> {
    let rest = records;
    for (let failedAttempts = 0; rest.length > 0; ) {
      const remaining = await this.#deliver(rest);
      if (this.#aborting.signal.aborted && remaining.length > 0) return;
      const hasProgressed = remaining.length < rest.length;
      this.#checkpointBefore(rest, remaining);
      rest = remaining;
      if (rest.length === 0) return;
      failedAttempts = hasProgressed ? 1 : failedAttempts + 1;
      if (this.#mapping.bisectsBatches && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        await this.#process(rest.slice(0, middle));
        // A first half that a stop left undone must not be passed by the checkpoint of the second.
        if (!this.#aborting.signal.aborted) await this.#process(rest.slice(middle));
        return;
      }
      const reason = this.#reasonToGiveUp(rest, failedAttempts);
      if (reason !== undefined) return this.#giveUp(rest, reason, failedAttempts);
      await pause(Math.min(firstRetryMs * 2 ** (failedAttempts - 1), longestRetryMs), this.#aborting.signal);
      if (this.#aborting.signal.aborted) return;
    }
  }

  /** Invokes the function once. Returns the records that are to be delivered again, in order. */
  async #deliver(records: StreamRecord[]): Promise<StreamRecord[]> {
    const { filters } = this.#mapping;
    const wanted = records.filter(
      ({ record }) => filters.length === 0 || filters.some((filter) => this.#parts.matchesPattern(filter, record)),
    );
    if (wanted.length === 0) return [];
    const Records = wanted.map(({ record }) => record);
    const outcome = await this.#parts.invoke(this.#mapping.function.arn, { Records }).catch((error: unknown) => ({
      ok: false as const,
      errorType: 'Error',
      errorMessage: String(error),
      trace: [],
    }));
    const failures = readFailures(outcome, this.#mapping.reportsItemFailures);
    if (failures === 'all') return records;
    const firstFailed = records.findIndex(({ record }) => failures.includes(sequenceNumber(record)));
    if (firstFailed >= 0) return records.slice(firstFailed);
    return failures.length > 0 ? records : [];
  }

  #reasonToGiveUp(records: StreamRecord[], failedAttempts: number): string | undefined {
    const { maximumRetries, maximumAgeSeconds } = this.#mapping;
    if (maximumRetries >= 0 && failedAttempts > maximumRetries) return 'RetryAttemptsExhausted';
    const ageSeconds = this.#parts.kernel.now() / 1000 - createdSeconds(records[0]);
    return maximumAgeSeconds >= 0 && ageSeconds > maximumAgeSeconds ? 'RecordAgeExceeded' : undefined;
  }

  async #giveUp(records: StreamRecord[], condition: string, attempts: number): Promise<void> {
    const { failureQueueArn } = this.#mapping;
    this.#report('A batch of a stream was given up', condition);
    if (failureQueueArn !== undefined) {
      const message = failureMessage(this.#mapping, records, condition, attempts, this.#parts.kernel.now());
      await this.#parts.sendToQueue(failureQueueArn, JSON.stringify(message), pollerPrincipal(this.#mapping));
    }
    this.#checkpointBefore(records, []);
  }

  #checkpointBefore(records: StreamRecord[], remaining: StreamRecord[]): void {
    const done = records[records.length - remaining.length - 1];
    if (done) this.#checkpoints.write(this.#mapping.id, done.sequence);
  }

  async #wait(durationMs: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (this.#aborting.signal.aborted) return;
    await pause(durationMs, woken.signal);
  }

  #report(message: string, error: unknown): void {
    const { sourceArn, function: target } = this.#mapping;
    this.#parts.kernel.log('error', message, { stream: sourceArn, function: target.name, error: String(error) });
  }
}

function sequenceNumber(record: Record<string, unknown>): string {
  return String((record.dynamodb as { SequenceNumber?: unknown } | undefined)?.SequenceNumber);
}

function createdSeconds(record: StreamRecord | undefined): number {
  const { ApproximateCreationDateTime: created } = (record?.record.dynamodb ?? {}) as Record<string, unknown>;
  return Number(created ?? 0);
}

/** What Lambda sends to an on-failure destination: where the records are, not the records. */
function failureMessage(mapping: Mapping, records: StreamRecord[], condition: string, attempts: number, nowMs: number) {
  const [first] = records;
  const last = records.at(-1);
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${mapping.function.arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000000000000000000-00000000',
      startSequenceNumber: first && sequenceNumber(first.record),
      endSequenceNumber: last && sequenceNumber(last.record),
      approximateArrivalOfFirstRecord: new Date(createdSeconds(first) * 1000).toISOString(),
      approximateArrivalOfLastRecord: new Date(createdSeconds(last) * 1000).toISOString(),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  };
}
