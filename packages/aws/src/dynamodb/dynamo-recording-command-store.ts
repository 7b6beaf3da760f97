import { type AgentId, type RecordingCommandId, recordingCommandIdSchema, type SessionId } from '@afterimage/contracts';
import {
  commandLifeMs,
  type Page,
  type RecordingCommandStore,
  type SessionPage,
  type StoredCommand,
} from '@afterimage/core';
import * as z from 'zod';
import { type DynamoTable, findRow, getAll, type ItemKey, itemKeySchema, queryPage } from './dynamo-table.ts';
import { commandKey, fromCommandItem, monthOfCommands, ownedBySession, waitingForAgent } from './session-row.ts';
import { listByTime, monthsBack } from './time-pages.ts';

/** Two years, and the month under way. */
const listedMonths = 25;
const maxOfSession = 100;
/** A host has one for each of its sessions at most. */
const maxPending = 200;

const keyOf = (id: string) => commandKey(recordingCommandIdSchema.parse(id));

export class DynamoRecordingCommandStore implements RecordingCommandStore {
  readonly #table: DynamoTable;
  readonly #now: () => number;

  constructor(table: DynamoTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  get #reading() {
    return { keyOf, read: (keys: readonly ItemKey[]) => this.#read(keys) };
  }

  /** Get by id, consistent. */
  async find(commandId: RecordingCommandId): Promise<StoredCommand | undefined> {
    const item = await findRow(this.#table, commandKey(commandId), z.unknown());
    return item === undefined ? undefined : fromCommandItem(item);
  }

  /** Query of `byMonth`, month after month backwards. */
  list(page: SessionPage): Promise<Page<StoredCommand>> {
    const partitions = monthsBack(this.#now(), listedMonths).map(monthOfCommands);
    return listByTime(
      this.#table,
      { index: { name: 'byMonth', partitionKey: 'month' }, partitions, ...this.#reading },
      page,
    );
  }

  /** Query of `byOwner`. */
  async listOfSession(sessionId: SessionId): Promise<StoredCommand[]> {
    const index = { name: 'byOwner', partitionKey: 'owner' } as const;
    const pages = { index, partitions: [ownedBySession(sessionId)], ...this.#reading };
    return (await listByTime(this.#table, pages, { limit: maxOfSession })).items;
  }

  /** Query of `byActivity`, those that have not expired; then the rows in one or two batches. */
  async listPending(agentId: AgentId): Promise<StoredCommand[]> {
    const { items } = await queryPage(this.#table, {
      IndexName: 'byActivity',
      KeyConditionExpression: 'activity = :activity AND activeAt > :since',
      ExpressionAttributeValues: {
        ':activity': waitingForAgent(agentId),
        ':since': new Date(this.#now() - commandLifeMs).toISOString(),
      },
      Limit: maxPending,
    });
    const waiting = await this.#read(z.array(itemKeySchema).parse(items));
    return waiting.filter(({ state }) => state === 'pending');
  }

  async #read(keys: readonly ItemKey[]): Promise<StoredCommand[]> {
    return (await getAll(this.#table, keys)).map(fromCommandItem);
  }
}
