import { type AuditEntryId, decodeUlid, makeAuditEntryId } from '@afterimage/contracts';
import type { AuditIntent, AuditOutcome, AuditStore, Clock } from '@afterimage/core';
import { nowIso } from '@afterimage/core';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoTable } from './dynamo-table.ts';

/** One partition a day; an id knows its day, so the outcome finds its intent. */
function dayOf(auditEntryId: AuditEntryId): string {
  const timeMs = decodeUlid(auditEntryId.slice('aud_'.length))
    .subarray(0, 6)
    .reduce((value, byte) => value * 256 + byte, 0);
  return new Date(timeMs).toISOString().slice(0, 10);
}

export class DynamoAuditStore implements AuditStore {
  readonly #table: DynamoTable;
  readonly #clock: Clock;

  constructor(table: DynamoTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Put of a new row; nobody changes or removes it. */
  async noteIntent(intent: AuditIntent): Promise<AuditEntryId> {
    const auditEntryId = makeAuditEntryId(this.#clock);
    await this.#put(auditEntryId, auditEntryId, { ...intent, auditEntryId });
    return auditEntryId;
  }

  /** Put of a second row beside the intent. */
  async noteOutcome(auditEntryId: AuditEntryId, outcome: AuditOutcome): Promise<void> {
    await this.#put(auditEntryId, `${auditEntryId}#outcome`, { auditEntryId, outcome });
  }

  async #put(auditEntryId: AuditEntryId, sk: string, data: object): Promise<void> {
    const { client, tableName } = this.#table;
    const Item = { pk: `AUDIT#${dayOf(auditEntryId)}`, sk, data: { ...data, at: nowIso(this.#clock) } };
    await client.send(new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  }
}
