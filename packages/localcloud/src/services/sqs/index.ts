import { callerName } from '../../kernel/request-usage.ts';
import type { AwsService, Deliveries, Kernel, ResourceProvider } from '../../kernel/types.ts';
import { Arrivals } from './arrivals.ts';
import { dequeue, enqueue, type SqsParts } from './message-flow.ts';
import { systemAttributesOf } from './message-operations.ts';
import { MessageStore, type StoredMessage } from './message-store.ts';
import { authorizeOn } from './operation.ts';
import { parseOutgoing } from './outgoing-message.ts';
import { QueueCatalog } from './queue-catalog.ts';
import { SqsService } from './service.ts';
import { queueProviders } from './template-queues.ts';

/** A received message, as an event source mapping passes it on. */
export interface QueueMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** System attributes: receive count, sender, times. */
  attributes: Record<string, string>;
  messageAttributes: Record<string, unknown>;
}

/** In-process reading of queues. Errors of all methods: QueueDoesNotExist. */
export interface QueueConsumer {
  /** At most ten messages, hidden for the queue's visibility timeout; waits for the first one. */
  receive(
    queueArn: string,
    options: { maxMessages: number; waitMs: number; signal: AbortSignal },
  ): Promise<QueueMessage[]>;
  delete(queueArn: string, receiptHandle: string): Promise<void>;
  /** Makes a message visible again at once; one that is visible already, or gone, is left alone. */
  release(queueArn: string, receiptHandle: string): Promise<void>;
  /** Makes all messages in flight visible again, as whoever had received them is gone. */
  releaseAll(queueArn: string): Promise<void>;
  visibilityTimeoutS(queueArn: string): number;
}

export interface Sqs {
  service: AwsService;
  providers: ResourceProvider[];
  sendToQueue: Deliveries['sendToQueue'];
  consumer: QueueConsumer;
}

const mostMessages = 10;
/** Whoever reads queues in process. */
const poller = 'event source mapping';

function countUse({ kernel }: SqsParts, operation: string, queueArn: string, caller: string): void {
  const resource = queueArn.split(':').at(-1) ?? '';
  kernel.usage.count({ service: 'sqs', operation, resource, caller }, { requests: 1 });
}

/** `endpoint` (`http://127.0.0.1:PORT`) is what queue URLs begin with. */
export function createSqs(kernel: Kernel, endpoint: () => string): Sqs {
  const parts: SqsParts = {
    kernel,
    catalog: new QueueCatalog(),
    messages: new MessageStore(kernel.database, kernel.faults),
    arrivals: new Arrivals(),
  };
  return {
    service: new SqsService(parts),
    providers: queueProviders(parts, endpoint),
    async sendToQueue(queueArn, body, principal) {
      const queue = parts.catalog.requireByArn(queueArn);
      authorizeOn(parts, principal, queue, 'SendMessage');
      const outgoing = parseOutgoing(queue, { MessageBody: body });
      const [messageId = ''] = await enqueue(parts, queue, [outgoing], principal.accessKeyId || principal.arn);
      countUse(parts, 'SendMessage', queueArn, callerName(principal));
      return { messageId };
    },
    consumer: createConsumer(parts),
  };
}

function createConsumer(parts: SqsParts): QueueConsumer {
  const { kernel, catalog, messages, arrivals } = parts;
  return {
    async receive(queueArn, { maxMessages, waitMs, signal }) {
      const queue = catalog.requireByArn(queueArn);
      const received = await dequeue(parts, queue, {
        maxMessages: Math.min(maxMessages, mostMessages),
        waitMs,
        visibilityMs: queue.visibilityTimeoutS * 1000,
        signal,
      });
      countUse(parts, received.length === 0 ? 'ReceiveMessage (empty)' : 'ReceiveMessage', queueArn, poller);
      return received.map(consumed);
    },
    visibilityTimeoutS: (queueArn) => catalog.requireByArn(queueArn).visibilityTimeoutS,
    async delete(queueArn, receiptHandle) {
      const queue = catalog.requireByArn(queueArn);
      await kernel.commit(() => messages.delete(queue, receiptHandle));
      countUse(parts, 'DeleteMessage', queueArn, poller);
    },
    async releaseAll(queueArn) {
      const queue = catalog.requireByArn(queueArn);
      await kernel.commit(() => messages.releaseAll(queue, kernel.now()));
    },
    async release(queueArn, receiptHandle) {
      const queue = catalog.requireByArn(queueArn);
      await kernel.commit(() => messages.release(queue, receiptHandle, kernel.now()));
      arrivals.announce(queue.name);
    },
  };
}

function consumed(message: StoredMessage): QueueMessage {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    md5OfBody: message.md5,
    attributes: systemAttributesOf(message),
    messageAttributes: message.attributes,
  };
}
