import type { ErasureMessage, FinaliseMessage, RecordingId } from '@afterimage/contracts';
import type { ErasureQueue, FinaliseQueue, QueueOperations, QueueStatus } from '@afterimage/core';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

type WorkMessage = FinaliseMessage | ErasureMessage;

/** Work on one recording, done by whoever takes the message. */
export class SqsWorkQueue implements FinaliseQueue, ErasureQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #kind: WorkMessage['kind'];

  constructor(client: SQSClient, queueUrl: string, kind: WorkMessage['kind']) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#kind = kind;
  }

  async send(recordingId: RecordingId): Promise<void> {
    const message: WorkMessage = { version: 1, kind: this.#kind, recordingId };
    const MessageBody = JSON.stringify(message);
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody }));
  }
}

export interface WatchedQueue {
  url: string;
  deadLetterUrl: string;
  deadLetterArn: string;
}

export class SqsQueueOperations implements QueueOperations {
  readonly #client: SQSClient;
  readonly #queues: Readonly<Record<string, WatchedQueue>>;

  constructor(client: SQSClient, queues: Readonly<Record<string, WatchedQueue>>) {
    this.#client = client;
    this.#queues = queues;
  }

  async list(): Promise<QueueStatus[]> {
    return Promise.all(
      Object.entries(this.#queues).map(async ([name, { url, deadLetterUrl }]) => {
        const [queue, deadLetters] = await Promise.all([this.#depth(url), this.#depth(deadLetterUrl)]);
        return { name, ...queue, deadLetters: deadLetters.waiting };
      }),
    );
  }

  /** Moves all dead letters back to where they came from. SQS does it in the background. */
  async redrive(queueName: string): Promise<number | undefined> {
    const queue = Object.hasOwn(this.#queues, queueName) ? this.#queues[queueName] : undefined;
    if (queue === undefined) return undefined;
    const { waiting } = await this.#depth(queue.deadLetterUrl);
    if (waiting > 0) await this.#client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.deadLetterArn }));
    return waiting;
  }

  async #depth(queueUrl: string): Promise<{ waiting: number; inFlight: number; delayed: number }> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }
}
