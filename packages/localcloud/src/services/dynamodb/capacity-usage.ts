import { callerName } from '../../kernel/request-usage.ts';
import type { Principal } from '../../kernel/types.ts';
import type { UsageLedger } from '../../kernel/usage-ledger.ts';

interface Units {
  CapacityUnits: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
}

interface ConsumedCapacity extends Units {
  TableName: string;
  Table?: Units;
  GlobalSecondaryIndexes?: Record<string, Units>;
}

const readActions = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/** The request with its capacity asked for, and whether its sender asked. */
export function askForCapacity(input: unknown): { input: unknown; isAsked: boolean } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { input, isAsked: true };
  const members = input as Record<string, unknown>;
  const isAsked = members.ReturnConsumedCapacity !== undefined && members.ReturnConsumedCapacity !== 'NONE';
  return { input: isAsked ? input : { ...members, ReturnConsumedCapacity: 'INDEXES' }, isAsked };
}

/** Counts capacity units by table and index. Refused requests are not counted. */
export function countCapacity(usage: UsageLedger, action: string, principal: Principal, answer: unknown): void {
  const consumed = (answer as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }).ConsumedCapacity ?? [];
  const caller = callerName(principal);
  for (const capacity of [consumed].flat()) {
    const { TableName, Table, GlobalSecondaryIndexes = {} } = capacity;
    const parts = [
      [TableName, Table ?? capacity] as const,
      ...Object.entries(GlobalSecondaryIndexes).map(([name, units]) => [`${TableName}/${name}`, units] as const),
    ];
    for (const [resource, units] of parts) {
      const use = { service: 'dynamodb', operation: `${action} units`, resource, caller };
      usage.count(use, unitsOf(units, readActions.has(action)));
    }
  }
}

export function withoutCapacity(answer: unknown): unknown {
  return { ...(answer as object), ConsumedCapacity: undefined };
}

function unitsOf(units: Units, isRead: boolean): Record<string, number> {
  const { CapacityUnits, ReadCapacityUnits, WriteCapacityUnits } = units;
  const isSplit = ReadCapacityUnits !== undefined || WriteCapacityUnits !== undefined;
  return {
    readUnits: ReadCapacityUnits ?? (isRead && !isSplit ? CapacityUnits : 0),
    writeUnits: WriteCapacityUnits ?? (isRead || isSplit ? 0 : CapacityUnits),
  };
}
