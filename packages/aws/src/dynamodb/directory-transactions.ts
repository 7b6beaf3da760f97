import { setTimeout as wait } from 'node:timers/promises';
import type { Change, StoredUser, WriteOutcome } from '@afterimage/core';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { RowWrite } from './directory-writes.ts';
import { cancellationCodes, type DynamoTable, isTransactionConflict } from './dynamo-table.ts';

const maxRows = 100;
/** Of one step, so that a person’s other rows fit beside them. */
const maxMemberships = 80;
const lanes = 8;
const maxAttempts = 8;
const firstPauseMs = 20;

/**
 * Writes changes, as many together as a transaction holds, some transactions side by side. Where one is refused, its
 * changes go one by one, so that each has its own outcome.
 */
export async function writeChanges(
  table: DynamoTable,
  changes: readonly (readonly RowWrite[])[],
): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = changes.map(() => 'written');
  const batches = packBatches(changes);
  const work = batches.values();
  const lane = async () => {
    for (const batch of work) await writeBatch(table, changes, batch, outcomes);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, batches.length) }, lane));
  return outcomes;
}

async function writeBatch(
  table: DynamoTable,
  changes: readonly (readonly RowWrite[])[],
  batch: readonly number[],
  outcomes: WriteOutcome[],
): Promise<void> {
  const outcome = await transact(
    table,
    batch.flatMap((index) => changes[index] ?? []),
  );
  const [first] = batch;
  if (outcome === 'written' || first === undefined) return;
  if (batch.length === 1) outcomes[first] = outcome;
  else for (const index of batch) outcomes[index] = await transact(table, changes[index] ?? []);
}

/** Numbers of changes that fit into one transaction together. */
function packBatches(changes: readonly (readonly RowWrite[])[]): number[][] {
  const batches: number[][] = [];
  let rows = maxRows;
  for (const [index, writes] of changes.entries()) {
    rows += writes.length;
    if (rows > maxRows) {
      batches.push([]);
      rows = writes.length;
    }
    batches.at(-1)?.push(index);
  }
  return batches;
}

async function transact({ client }: DynamoTable, writes: readonly RowWrite[]): Promise<WriteOutcome> {
  if (writes.length === 0) return 'written';
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes.map(({ item }) => item) }));
      return 'written';
    } catch (error) {
      const refused = cancellationCodes(error)?.indexOf('ConditionalCheckFailed') ?? -1;
      if (refused >= 0) return writes[refused]?.whenRefused ?? 'changed-meanwhile';
      if (!isTransactionConflict(error) || attempt === maxAttempts) throw error;
      await wait(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

/** A change in steps of which each fits into a transaction: who joins or leaves hundreds of groups does so in turns. */
export function stepsOf(change: Change<StoredUser>): Change<StoredUser>[] {
  const had = new Set(change.before?.groupIds);
  const has = new Set(change.after?.groupIds);
  const moves = [...[...had].filter((id) => !has.has(id)), ...[...has].filter((id) => !had.has(id))];
  const steps: Change<StoredUser>[] = [];
  let { before } = change;
  for (let first = 0; moves.length - first > maxMemberships; first += maxMemberships) {
    const groupIds = new Set(before?.groupIds);
    for (const groupId of moves.slice(first, first + maxMemberships)) {
      if (!groupIds.delete(groupId)) groupIds.add(groupId);
    }
    const someone = before ?? change.after;
    if (someone === undefined) break;
    const after = { ...someone, groupIds: [...groupIds], revision: (before?.revision ?? 0) + 1 };
    steps.push({ ...(before === undefined ? {} : { before }), after });
    before = after;
  }
  return [...steps, { ...(before && { before }), ...(change.after && { after: change.after }) }];
}
