import type { Kernel, Principal } from '../../../kernel/types.ts';
import type { Statements } from '../../statements.ts';
import { type AttributeValue, attributeOf, type Item } from '../attribute-value.ts';
import type { ItemStore } from '../item-store.ts';
import type { RequestFields } from '../request-fields.ts';
import type { StreamLog } from '../stream-log.ts';
import type { TableCatalog } from '../table-catalog.ts';
import { type Table, tableArn } from '../table-definition.ts';

export interface DynamoDbParts {
  kernel: Kernel;
  statements: Statements;
  catalog: TableCatalog;
  items: ItemStore;
  streams: StreamLog;
}

export interface OperationContext extends DynamoDbParts {
  principal: Principal;
}

/** One action of the service: request members in, response body out. */
export type Operation = (context: OperationContext, fields: RequestFields) => unknown | Promise<unknown>;

/** Runs `work` durably, with the writes of other requests sharing the disk flush, then wakes the stream readers. */
export async function commitWrites<Result>(context: OperationContext, work: () => Result): Promise<Result> {
  const result = await context.kernel.commit(work);
  context.streams.announce();
  return result;
}

export interface Access {
  /** `PutItem`, without the service prefix. */
  action: string;
  table: Table;
  indexName?: string;
  /** Partition keys that the request names: the condition key `dynamodb:LeadingKeys`. */
  leadingKeys?: readonly AttributeValue[];
}

export function authorize(context: OperationContext, { action, table, indexName, leadingKeys }: Access): void {
  const arn = tableArn(table.name);
  context.kernel.authorize({
    principal: context.principal,
    action: `dynamodb:${action}`,
    resourceArn: indexName === undefined ? arn : `${arn}/index/${indexName}`,
    ...(leadingKeys === undefined ? {} : { context: { 'dynamodb:leadingkeys': leadingKeys.map(keyText) } }),
  });
}

/** The value of the partition key in an item or key, where it is there. */
export function leadingKeyOf(table: Table, item: Item): AttributeValue[] {
  return attributeOf(item, table.keys.partition.name) === undefined
    ? []
    : [item[table.keys.partition.name]].flatMap((value) => value ?? []);
}

function keyText(value: AttributeValue): string {
  return String(Object.values(value)[0]);
}
