import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { FaultPlan } from '../../faults/fault-plan.ts';
import { Statements } from '../statements.ts';
import { sqsError } from './errors.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { Queue } from './queue.ts';

/**
 * A message is visible when `visible_at_ms` has come. `receipt` is the nonce of the latest receive: null means never
 * received since it entered this queue, so a hidden message without one is delayed, with one in flight.
 */
const schema = `
CREATE TABLE IF NOT EXISTS sqs_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
  md5 TEXT NOT NULL, attributes TEXT NOT NULL, system_attributes TEXT NOT NULL, sender TEXT NOT NULL,
  sent_ms INTEGER NOT NULL, visible_at_ms INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
  first_received_ms INTEGER, receipt TEXT, dead_letter_source TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_messages_visible ON sqs_messages (queue, visible_at_ms, id);
CREATE INDEX IF NOT EXISTS sqs_messages_age ON sqs_messages (queue, sent_ms);
`;

export interface StoredMessage {
  id: number;
  messageId: string;
  body: string;
  md5: string;
  attributes: MessageAttributes;
  systemAttributes: MessageAttributes;
  sender: string;
  sentMs: number;
  receiveCount: number;
  firstReceivedMs: number;
  receiptHandle: string;
  deadLetterSource: string | undefined;
}

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** All messages of all queues. Every method that changes something must run inside a transaction. */
export class MessageStore {
  private readonly statements: Statements;
  private readonly faults: FaultPlan;

  constructor(database: DatabaseSync, faults: FaultPlan) {
    this.faults = faults;
    database.exec(schema);
    this.statements = new Statements(database);
  }

  add(queue: Queue, message: OutgoingMessage, sender: string, nowMs: number): string {
    const messageId = randomUUID();
    const { copies, delayMs } = this.faults.fateOfSent(queue.name);
    for (let copy = 0; copy < copies; copy += 1) {
      this.insert(queue, message, sender, nowMs, { messageId, visibleAtMs: nowMs + message.delayS * 1000 + delayMs });
    }
    return messageId;
  }

  private insert(
    queue: Queue,
    message: OutgoingMessage,
    sender: string,
    nowMs: number,
    { messageId, visibleAtMs }: { messageId: string; visibleAtMs: number },
  ): void {
    this.statements
      .get(
        `INSERT INTO sqs_messages (queue, message_id, body, md5, attributes, system_attributes, sender, sent_ms, visible_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        queue.name,
        messageId,
        message.body,
        message.md5OfBody,
        JSON.stringify(message.attributes),
        JSON.stringify(message.systemAttributes),
        sender,
        nowMs,
        visibleAtMs,
      );
  }

  /**
   * Takes up to `most` visible messages and hides them. Those that were received too often go to the dead-letter queue
   * instead; `deadLetters` tells how many.
   */
  receive(
    queue: Queue,
    most: number,
    visibilityMs: number,
    nowMs: number,
    deadLetterQueueName: string | undefined,
  ): { messages: StoredMessage[]; deadLetters: number } {
    const messages: StoredMessage[] = [];
    let deadLetters = 0;
    for (;;) {
      const rows = this.visibleRows(queue, nowMs, most - messages.length);
      for (const row of rows) {
        if (deadLetterQueueName !== undefined && Number(row.receive_count) >= (queue.redrive?.maxReceiveCount ?? 0)) {
          this.moveToDeadLetters(Number(row.id), queue, deadLetterQueueName, nowMs);
          deadLetters += 1;
        } else this.take(queue, row, visibilityMs, nowMs, messages);
      }
      if (rows.length === 0 || messages.length >= most || visibilityMs === 0) return { messages, deadLetters };
    }
  }

  /** Hides a message and hands it to the receiver, unless it is to be lost on its way. */
  private take(
    queue: Queue,
    row: Record<string, unknown>,
    visibilityMs: number,
    nowMs: number,
    into: StoredMessage[],
  ): void {
    const lostForMs = this.faults.lossOfReceived(queue.name);
    const message = this.hide(row, lostForMs ?? visibilityMs, nowMs);
    if (lostForMs === undefined) into.push(message);
  }

  private visibleRows(queue: Queue, nowMs: number, limit: number) {
    return this.statements
      .get(
        'SELECT * FROM sqs_messages WHERE queue = ? AND visible_at_ms <= ? AND sent_ms > ? ORDER BY visible_at_ms, id LIMIT ?',
      )
      .all(queue.name, nowMs, oldestSentMs(queue, nowMs), limit);
  }

  /** Visible messages that came from another queue; those sent here directly must not stand before them. */
  private returnableRows(queue: Queue, nowMs: number, limit: number) {
    return this.statements
      .get(
        'SELECT * FROM sqs_messages WHERE queue = ? AND visible_at_ms <= ? AND sent_ms > ? AND dead_letter_source IS NOT NULL ORDER BY visible_at_ms, id LIMIT ?',
      )
      .all(queue.name, nowMs, oldestSentMs(queue, nowMs), limit);
  }

  private hide(row: Record<string, unknown>, visibilityMs: number, nowMs: number): StoredMessage {
    const receipt = randomBytes(18).toString('base64url');
    this.statements
      .get(
        `UPDATE sqs_messages SET visible_at_ms = ?, receive_count = receive_count + 1, receipt = ?,
         first_received_ms = coalesce(first_received_ms, ?) WHERE id = ?`,
      )
      .run(nowMs + visibilityMs, receipt, nowMs, Number(row.id));
    return {
      id: Number(row.id),
      messageId: String(row.message_id),
      body: String(row.body),
      md5: String(row.md5),
      attributes: JSON.parse(String(row.attributes)),
      systemAttributes: JSON.parse(String(row.system_attributes)),
      sender: String(row.sender),
      sentMs: Number(row.sent_ms),
      receiveCount: Number(row.receive_count) + 1,
      firstReceivedMs: Number(row.first_received_ms ?? nowMs),
      receiptHandle: Buffer.from(`${row.id} ${receipt}`).toString('base64url'),
      deadLetterSource: row.dead_letter_source === null ? undefined : String(row.dead_letter_source),
    };
  }

  private moveToDeadLetters(id: number, from: Queue, toName: string, nowMs: number): void {
    this.statements
      .get('UPDATE sqs_messages SET queue = ?, visible_at_ms = ?, receipt = NULL, dead_letter_source = ? WHERE id = ?')
      .run(toName, nowMs, from.arn, id);
  }

  /** Deletes by the latest receipt. An older receipt, or one of a message that is gone, changes nothing, as in SQS. */
  delete(queue: Queue, receiptHandle: string): void {
    const { id, receipt } = parseReceiptHandle(receiptHandle);
    this.statements
      .get('DELETE FROM sqs_messages WHERE id = ? AND queue = ? AND receipt = ?')
      .run(id, queue.name, receipt);
  }

  /** Errors: InvalidParameterValue when the message is gone or was received again, MessageNotInflight when it is visible. */
  changeVisibility(queue: Queue, receiptHandle: string, visibilityMs: number, nowMs: number): void {
    const { id, receipt } = parseReceiptHandle(receiptHandle);
    const row = this.statements
      .get('SELECT visible_at_ms FROM sqs_messages WHERE id = ? AND queue = ? AND receipt = ?')
      .get(id, queue.name, receipt);
    if (row === undefined) {
      throw sqsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (Number(row.visible_at_ms) <= nowMs) {
      throw sqsError('MessageNotInflight', "The specified message isn't in flight.");
    }
    this.statements.get('UPDATE sqs_messages SET visible_at_ms = ? WHERE id = ?').run(nowMs + visibilityMs, id);
  }

  /** Makes every message in flight visible at once. */
  releaseAll(queue: Queue, nowMs: number): void {
    this.statements
      .get('UPDATE sqs_messages SET visible_at_ms = ?1 WHERE queue = ?2 AND receipt IS NOT NULL AND visible_at_ms > ?1')
      .run(nowMs, queue.name);
  }

  /** Makes a message in flight visible at once; any other is left alone. */
  release(queue: Queue, receiptHandle: string, nowMs: number): void {
    const { id, receipt } = parseReceiptHandle(receiptHandle);
    this.statements
      .get(
        'UPDATE sqs_messages SET visible_at_ms = ?1 WHERE id = ?2 AND queue = ?3 AND receipt = ?4 AND visible_at_ms > ?1',
      )
      .run(nowMs, id, queue.name, receipt);
  }

  /** When the next hidden message shows up; undefined when there is none. */
  nextVisibleMs(queue: Queue, nowMs: number): number | undefined {
    const row = this.statements
      .get('SELECT min(visible_at_ms) AS next FROM sqs_messages WHERE queue = ? AND visible_at_ms > ?')
      .get(queue.name, nowMs);
    return row?.next === null || row?.next === undefined ? undefined : Number(row.next);
  }

  counts(queue: Queue, nowMs: number): QueueCounts {
    const row = this.statements
      .get(
        `SELECT count(*) FILTER (WHERE visible_at_ms <= ?1) AS visible,
                count(*) FILTER (WHERE visible_at_ms > ?1 AND receipt IS NOT NULL) AS in_flight,
                count(*) FILTER (WHERE visible_at_ms > ?1 AND receipt IS NULL) AS delayed
         FROM sqs_messages WHERE queue = ?2 AND sent_ms > ?3`,
      )
      .get(nowMs, queue.name, oldestSentMs(queue, nowMs));
    return { visible: Number(row?.visible), inFlight: Number(row?.in_flight), delayed: Number(row?.delayed) };
  }

  purge(queue: Queue): void {
    this.statements.get('DELETE FROM sqs_messages WHERE queue = ?').run(queue.name);
  }

  deleteExpired(queue: Queue, nowMs: number): void {
    this.statements
      .get('DELETE FROM sqs_messages WHERE queue = ? AND sent_ms <= ?')
      .run(queue.name, oldestSentMs(queue, nowMs));
  }

  /**
   * Moves up to `most` visible messages out of a dead-letter queue, as new messages. Without a destination each goes
   * back to where it came from. Answers the names of the queues that got some, once per message.
   */
  redrive(from: Queue, to: Queue | undefined, most: number, nowMs: number): string[] {
    const rows = to === undefined ? this.returnableRows(from, nowMs, most) : this.visibleRows(from, nowMs, most);
    return rows.map((row) => {
      const source = String(row.dead_letter_source);
      const target = to?.name ?? source.slice(source.lastIndexOf(':') + 1);
      this.statements
        .get(
          `UPDATE sqs_messages SET queue = ?, message_id = ?, sent_ms = ?, visible_at_ms = ?, receive_count = 0,
           first_received_ms = NULL, receipt = NULL, dead_letter_source = NULL WHERE id = ?`,
        )
        .run(target, randomUUID(), nowMs, nowMs, Number(row.id));
      return target;
    });
  }
}

function oldestSentMs(queue: Queue, nowMs: number): number {
  return nowMs - queue.retentionS * 1000;
}

function parseReceiptHandle(handle: string): { id: number; receipt: string } {
  const match = /^(\d{1,15}) ([\w-]{24})$/.exec(Buffer.from(handle, 'base64url').toString('latin1'));
  if (match?.[1] === undefined || match[2] === undefined) {
    throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return { id: Number(match[1]), receipt: match[2] };
}
