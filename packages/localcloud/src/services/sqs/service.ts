import { type AwsRequest, type AwsResponse, type AwsService, notImplemented } from '../../kernel/types.ts';
import { jsonResponse } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import { renderSqsError, sqsError } from './errors.ts';
import type { SqsParts } from './message-flow.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  receiveMessage,
  sendMessage,
  sendMessageBatch,
} from './message-operations.ts';
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from './move-task-operations.ts';
import { MoveTasks } from './move-tasks.ts';
import type { SqsOperation } from './operation.ts';
import {
  getQueueAttributes,
  getQueueUrl,
  listDeadLetterSourceQueues,
  listQueues,
  purgeQueue,
} from './queue-operations.ts';
import { SqsFields } from './sqs-fields.ts';

const operations: Readonly<Record<string, SqsOperation>> = {
  CancelMessageMoveTask: cancelMessageMoveTask,
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
  ListMessageMoveTasks: listMessageMoveTasks,
  ListQueues: listQueues,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  StartMessageMoveTask: startMessageMoveTask,
};

/** Room for the largest batch, escaped as JSON. */
const largestRequestBytes = 8 * 1024 * 1024;
const expiryIntervalMs = 60_000;

/** The SQS wire protocol (JSON 1.0). */
export class SqsService implements AwsService {
  readonly signingNames = ['sqs'];
  readonly renderError = renderSqsError;
  private readonly parts: SqsParts;
  private readonly moveTasks: MoveTasks;
  /** A long poll ends when its client is gone or the service closes; it must not take messages after that. */
  private readonly running = new Set<AbortController>();
  private readonly timer: NodeJS.Timeout;

  constructor(parts: SqsParts) {
    this.parts = parts;
    this.moveTasks = new MoveTasks(parts);
    this.timer = setInterval(() => void this.deleteExpired(), expiryIntervalMs);
    this.timer.unref();
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const operation = Object.hasOwn(operations, request.action) ? operations[request.action] : undefined;
    if (operation === undefined) throw notImplemented(`sqs:${request.action}`);
    const fields = new SqsFields(parseJson((await readPayload(request, largestRequestBytes)).toString()));
    const ending = new AbortController();
    const end = () => ending.abort();
    request.message.socket.once('close', end);
    this.running.add(ending);
    try {
      const { principal, endpoint } = request;
      const context = { ...this.parts, principal, endpoint, ending: ending.signal, moveTasks: this.moveTasks };
      return jsonResponse(await operation(context, fields));
    } finally {
      this.running.delete(ending);
      request.message.socket.off('close', end);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    for (const ending of this.running) ending.abort();
    await this.moveTasks.close();
  }

  private async deleteExpired(): Promise<void> {
    const { kernel, catalog, messages } = this.parts;
    try {
      await kernel.commit(() => {
        for (const queue of catalog.all()) messages.deleteExpired(queue, kernel.now());
      });
    } catch (error) {
      kernel.log('error', 'deleting expired messages failed', { error: String(error) });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(sqsError('SerializationException', 'Unable to parse the request body as JSON'), { cause });
  }
}
