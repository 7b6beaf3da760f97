import { createHash } from 'node:crypto';
import { invalidParameter, missingParameter, sqsError } from './errors.ts';
import {
  attributesSizeBytes,
  type MessageAttributes,
  md5OfAttributes,
  parseMessageAttributes,
} from './message-attributes.ts';
import type { Queue } from './queue.ts';

/** A message that was checked against its queue's limits. */
export interface OutgoingMessage {
  body: string;
  md5OfBody: string;
  attributes: MessageAttributes;
  /** `AWSTraceHeader` at most. */
  systemAttributes: MessageAttributes;
  delayS: number;
  sizeBytes: number;
}

const longestDelayS = 900;
/** What SQS's character set leaves out: control characters, surrogates without a partner, U+FFFE and U+FFFF. */
const forbiddenCharacters = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** `input` are the members of SendMessage or of one batch entry. */
export function parseOutgoing(queue: Queue, input: Readonly<Record<string, unknown>>): OutgoingMessage {
  const {
    MessageBody: body,
    DelaySeconds: delay,
    MessageGroupId: group,
    MessageDeduplicationId: deduplication,
  } = input;
  if (typeof body !== 'string' || body === '') throw missingParameter('MessageBody');
  for (const [name, value] of Object.entries({ MessageGroupId: group, MessageDeduplicationId: deduplication })) {
    if (value !== undefined) {
      throw invalidParameter(name, value, 'The request include parameter that is not valid for this queue type.');
    }
  }
  const attributes = parseMessageAttributes(input.MessageAttributes);
  const systemAttributes = parseSystemAttributes(input.MessageSystemAttributes);
  const message = {
    body,
    md5OfBody: createHash('md5').update(body).digest('hex'),
    attributes,
    systemAttributes,
    delayS: parseDelay(queue, delay),
    sizeBytes: Buffer.byteLength(body) + attributesSizeBytes(attributes),
  };
  refuseContents(queue, message);
  return message;
}

function refuseContents(queue: Queue, { body, attributes, sizeBytes }: OutgoingMessage): void {
  const texts = [body, ...Object.values(attributes).map(({ StringValue }) => StringValue ?? '')];
  if (texts.some((text) => forbiddenCharacters.test(text))) {
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (sizeBytes > queue.maximumMessageBytes) {
    throw sqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`,
    );
  }
}

function parseSystemAttributes(input: unknown): MessageAttributes {
  const attributes = parseMessageAttributes(input);
  for (const name of Object.keys(attributes)) {
    if (name !== 'AWSTraceHeader')
      throw invalidParameter('MessageSystemAttributeName', name, 'Unknown system attribute.');
  }
  return attributes;
}

function parseDelay(queue: Queue, delay: unknown): number {
  if (delay === undefined || delay === null) return queue.delayS;
  if (typeof delay === 'number' && Number.isInteger(delay) && delay >= 0 && delay <= longestDelayS) return delay;
  throw invalidParameter('DelaySeconds', delay, `DelaySeconds must be >= 0 and <= ${longestDelayS}.`);
}

/** SendMessage's answer about a message, without its id. */
export function digests({ md5OfBody, attributes, systemAttributes }: OutgoingMessage): Record<string, unknown> {
  return {
    MD5OfMessageBody: md5OfBody,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(systemAttributes),
  };
}
