import { AwsError } from '../../kernel/types.ts';
import { sqsError } from './errors.ts';
import { md5OfAttributes, selectAttributes } from './message-attributes.ts';
import { dequeue, enqueue } from './message-flow.ts';
import type { StoredMessage } from './message-store.ts';
import { authorizedQueue, type SqsContext, type SqsOperation } from './operation.ts';
import { digests, type OutgoingMessage, parseOutgoing } from './outgoing-message.ts';
import type { SqsFields } from './sqs-fields.ts';

const largestBatchBytes = 1024 * 1024;
const longestVisibilityS = 43_200;

export const sendMessage: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'SendMessage');
  const outgoing = parseOutgoing(queue, fields.members);
  const [messageId] = await enqueue(context, queue, [outgoing], senderOf(context));
  return { MessageId: messageId, ...digests(outgoing) };
};

export const sendMessageBatch: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'SendMessage');
  const batch = fields.batch();
  const accepted: { id: string; outgoing: OutgoingMessage }[] = [];
  const failed: unknown[] = [];
  for (const { id, fields: entry } of batch) {
    try {
      accepted.push({ id, outgoing: parseOutgoing(queue, entry.members) });
    } catch (error) {
      failed.push(failedEntry(id, error));
    }
  }
  const sizeBytes = accepted.reduce((sum, { outgoing }) => sum + outgoing.sizeBytes, 0);
  if (sizeBytes > largestBatchBytes) {
    throw sqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${largestBatchBytes} bytes. You have sent ${sizeBytes} bytes.`,
    );
  }
  const ids = await enqueue(
    context,
    queue,
    accepted.map(({ outgoing }) => outgoing),
    senderOf(context),
  );
  const successful = accepted.map(({ id, outgoing }, index) => ({
    Id: id,
    MessageId: ids[index],
    ...digests(outgoing),
  }));
  return { Successful: successful, ...(failed.length === 0 ? {} : { Failed: failed }) };
};

/** SQS names who sent a message by the unique id of the user or role. */
function senderOf({ principal }: SqsContext): string {
  return principal.kind === 'role'
    ? `${principal.accessKeyId}:${principal.sessionName}`
    : principal.accessKeyId || principal.arn;
}

export const receiveMessage: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'ReceiveMessage');
  const waitS = fields.integer('WaitTimeSeconds', 0, 20) ?? queue.receiveWaitS;
  const visibilityS = fields.integer('VisibilityTimeout', 0, longestVisibilityS) ?? queue.visibilityTimeoutS;
  const received = await dequeue(context, queue, {
    maxMessages: fields.integer('MaxNumberOfMessages', 1, 10) ?? 1,
    waitMs: waitS * 1000,
    visibilityMs: visibilityS * 1000,
    signal: context.ending,
  });
  return received.length === 0 ? {} : { Messages: received.map((message) => shown(message, fields)) };
};

function shown(message: StoredMessage, fields: SqsFields): Record<string, unknown> {
  const wantedSystem = [...fields.strings('AttributeNames'), ...fields.strings('MessageSystemAttributeNames')];
  const all = systemAttributesOf(message);
  const system = Object.entries(all).filter(([name]) => wantedSystem.includes('All') || wantedSystem.includes(name));
  const attributes = selectAttributes(message.attributes, fields.strings('MessageAttributeNames'));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length === 0
      ? {}
      : { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  };
}

export function systemAttributesOf(message: StoredMessage): Record<string, string> {
  const trace = message.systemAttributes.AWSTraceHeader?.StringValue;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentMs),
    SenderId: message.sender,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    ...(trace === undefined ? {} : { AWSTraceHeader: trace }),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

export const deleteMessage: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'DeleteMessage');
  const receiptHandle = fields.string('ReceiptHandle');
  await context.kernel.commit(() => context.messages.delete(queue, receiptHandle));
};

export const deleteMessageBatch: SqsOperation = (context, fields) => {
  const queue = authorizedQueue(context, fields, 'DeleteMessage');
  return eachEntry(context, fields, (entry) => context.messages.delete(queue, entry.string('ReceiptHandle')));
};

export const changeMessageVisibility: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'ChangeMessageVisibility');
  await context.kernel.commit(() => changeVisibility(context, queue, fields));
  context.arrivals.announce(queue.name);
};

export const changeMessageVisibilityBatch: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'ChangeMessageVisibility');
  const outcome = await eachEntry(context, fields, (entry) => changeVisibility(context, queue, entry));
  context.arrivals.announce(queue.name);
  return outcome;
};

function changeVisibility(
  { kernel, messages }: SqsContext,
  queue: Parameters<SqsContext['messages']['changeVisibility']>[0],
  fields: SqsFields,
): void {
  const timeoutS = fields.integer('VisibilityTimeout', 0, longestVisibilityS);
  if (timeoutS === undefined)
    throw sqsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  messages.changeVisibility(queue, fields.string('ReceiptHandle'), timeoutS * 1000, kernel.now());
}

/** Runs `work` for every entry in one durable write; an entry that is refused does not touch its neighbours. */
async function eachEntry(context: SqsContext, fields: SqsFields, work: (entry: SqsFields) => void): Promise<unknown> {
  const batch = fields.batch();
  const refusals = await context.kernel.commit(() => batch.map(({ fields: entry }) => refusalOf(() => work(entry))));
  const successful = batch.filter((_, index) => refusals[index] === undefined).map(({ id }) => ({ Id: id }));
  const failed = batch.flatMap(({ id }, index) =>
    refusals[index] === undefined ? [] : [failedEntry(id, refusals[index])],
  );
  return { Successful: successful, ...(failed.length === 0 ? {} : { Failed: failed }) };
}

function refusalOf(work: () => void): AwsError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function failedEntry(id: string, error: unknown) {
  if (!(error instanceof AwsError)) throw error;
  return { Id: id, SenderFault: true, Code: error.code, Message: error.message };
}
