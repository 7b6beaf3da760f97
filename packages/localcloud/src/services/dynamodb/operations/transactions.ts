import { createHash } from 'node:crypto';
import { AwsError } from '../../../kernel/types.ts';
import { itemSizeBytes } from '../attribute-value.ts';
import { CapacityMeter } from '../capacity-meter.ts';
import { validationError } from '../errors.ts';
import { RequestFields } from '../request-fields.ts';
import { itemIdentity } from './batch.ts';
import {
  executeWrite,
  type ItemWrite,
  parseConditionCheck,
  parseDelete,
  parsePut,
  parseUpdateItem,
  type WriteOutcome,
} from './item-writes.ts';
import { authorize, commitWrites, leadingKeyOf, type Operation, type OperationContext } from './operation.ts';
import { parseGet } from './single-item.ts';

const mostActions = 100;
const largestTransactionBytes = 4 * 1024 * 1024;
const tokenLifeMs = 10 * 60_000;

const writeParsers = {
  Put: parsePut,
  Delete: parseDelete,
  Update: parseUpdateItem,
  ConditionCheck: parseConditionCheck,
} as const;

export const transactWriteItems: Operation = async (context, fields) => {
  const writes = fields.structures('TransactItems', 1, mostActions).map((action) => parseAction(context, action));
  if (new Set(writes.map(itemIdentity)).size < writes.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  if (writes.reduce((sum, { item }) => sum + itemSizeBytes(item), 0) > largestTransactionBytes) {
    throw validationError('Transaction request exceeds the maximum size of 4 MB');
  }
  for (const { action, table, item } of writes) {
    authorize(context, { action, table, leadingKeys: leadingKeyOf(table, item) });
  }
  const outcomes = await commitWrites(context, () =>
    firstTime(context, fields) ? executeAll(context, writes) : undefined,
  );
  const meter = new CapacityMeter(true);
  for (const [index, write] of writes.entries()) chargeWrite(context, meter, write, outcomes?.[index]);
  return { ConsumedCapacity: meter.report(fields.capacityDetail()) };
};

function parseAction(context: OperationContext, action: RequestFields): ItemWrite {
  const kinds = (Object.keys(writeParsers) as (keyof typeof writeParsers)[]).filter(
    (kind) => action.raw(kind) !== undefined,
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (kind === 'Update') new RequestFields(action.raw(kind)).string('UpdateExpression');
  return writeParsers[kind](new RequestFields(action.raw(kind)), context.catalog);
}

/** All or nothing: one refused action rolls back the others, and the answer names the reason of each. */
function executeAll(context: OperationContext, writes: readonly ItemWrite[]): WriteOutcome[] {
  const outcomes: WriteOutcome[] = [];
  const reasons = writes.map((write) => {
    try {
      outcomes.push(executeWrite(context.items, write));
      return { Code: 'None' };
    } catch (error) {
      return cancellationReason(error);
    }
  });
  if (outcomes.length === writes.length) return outcomes;
  throw new AwsError(
    'TransactionCanceledException',
    400,
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { CancellationReasons: reasons },
  );
}

const reasonCodes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
};

function cancellationReason(error: unknown): { Code: string; Message?: string; Item?: unknown } {
  const code = error instanceof AwsError ? reasonCodes[error.code] : undefined;
  if (!(error instanceof AwsError) || code === undefined) throw error;
  return { Code: code, Message: error.message, ...error.fields };
}

/** False when a request with this token and the same content succeeded in the last ten minutes. */
function firstTime(context: OperationContext, fields: RequestFields): boolean {
  const token = fields.optionalString('ClientRequestToken');
  if (token === undefined) return true;
  const digest = createHash('sha256')
    .update(JSON.stringify(fields.raw('TransactItems')))
    .digest('hex');
  const now = context.kernel.now();
  context.statements.get('DELETE FROM ddb_transaction_tokens WHERE expires_ms <= ?').run(now);
  const owned = `${context.principal.arn} ${token}`;
  const known = context.statements.get('SELECT digest FROM ddb_transaction_tokens WHERE token = ?').get(owned);
  if (known !== undefined && known.digest !== digest) {
    throw new AwsError(
      'IdempotentParameterMismatchException',
      400,
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }
  if (known !== undefined) return false;
  context.statements
    .get('INSERT INTO ddb_transaction_tokens (token, digest, expires_ms) VALUES (?, ?, ?)')
    .run(owned, digest, now + tokenLifeMs);
  return true;
}

/** A repeated request costs the reading of its items. */
function chargeWrite(
  context: OperationContext,
  meter: CapacityMeter,
  { table, key }: ItemWrite,
  outcome: WriteOutcome | undefined,
): void {
  if (outcome !== undefined) meter.write(table, outcome.effect.sizeBytes, outcome.effect.indexUnits);
  else meter.read(table, context.items.get(table, key)?.sizeBytes ?? 0, true);
}

export const transactGetItems: Operation = (context, fields) => {
  const gets = fields.structures('TransactItems', 1, mostActions).map((action) => {
    const get = new RequestFields(action.raw('Get'));
    return parseGet(get, context.catalog.require(get.string('TableName')));
  });
  if (new Set(gets.map(itemIdentity)).size < gets.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  for (const { table, keyItem } of gets) {
    authorize(context, { action: 'GetItem', table, leadingKeys: leadingKeyOf(table, keyItem) });
  }
  const meter = new CapacityMeter(true);
  const responses = gets.map(({ table, key, show }) => {
    const stored = context.items.get(table, key);
    meter.read(table, stored?.sizeBytes ?? 0, true);
    return stored === undefined ? {} : { Item: show(stored.item) };
  });
  return { Responses: responses, ConsumedCapacity: meter.report(fields.capacityDetail()) };
};
