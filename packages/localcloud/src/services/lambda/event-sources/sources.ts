import type { Deliveries, FunctionOutcome, Kernel } from '../../../kernel/types.ts';

/** A queue as its poller sees it. */
export interface QueueConsumer {
  receive(
    queueArn: string,
    options: { maxMessages: number; waitMs: number; signal: AbortSignal },
  ): Promise<QueueMessage[]>;
  delete(queueArn: string, receiptHandle: string): Promise<void>;
  /** Makes all messages in flight visible again. */
  releaseAll(queueArn: string): Promise<void>;
  visibilityTimeoutS(queueArn: string): number;
}

export interface QueueMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, unknown>;
}

/** A table's stream as its poller sees it. */
export interface StreamReader {
  read(streamArn: string, afterSequence: number, limit: number): StreamRecord[];
  onAppend(listener: (streamArn: string) => void): () => void;
  latestSequence(streamArn: string): number;
}

export interface StreamRecord {
  sequence: number;
  partitionKey: string;
  record: Record<string, unknown>;
}

/** What pollers work with. */
export interface PollerParts {
  kernel: Kernel;
  consumer: QueueConsumer;
  streams: StreamReader;
  sendToQueue: Deliveries['sendToQueue'];
  /** EventBridge's pattern language. */
  matchesPattern(pattern: unknown, event: unknown): boolean;
  invoke(functionArn: string, event: unknown): Promise<FunctionOutcome>;
}

/** A poller that works until it is stopped. */
export interface Poller {
  start(): void;
  /** Takes no new batch. */
  abort(): void;
  /** Resolves when the batches under way are done with. */
  finished(): Promise<void>;
}
