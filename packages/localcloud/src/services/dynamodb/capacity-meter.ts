import type { Table } from './table-definition.ts';

const readUnitBytes = 4096;
const writeUnitBytes = 1024;

interface TableUnits {
  table: { read: number; write: number };
  indexes: Map<string, { read: number; write: number }>;
}

export type CapacityDetail = 'NONE' | 'TOTAL' | 'INDEXES';

/** Capacity units of one request, by DynamoDB's rules: what the product's AWS cost figures are counted from. */
export class CapacityMeter {
  private readonly factor: number;
  private readonly tables = new Map<string, TableUnits>();

  /** Transactional requests cost double. */
  constructor(transactional = false) {
    this.factor = transactional ? 2 : 1;
  }

  /** A read of `sizeBytes` in all; half price when eventually consistent. A miss still costs one step. */
  read(table: Table, sizeBytes: number, consistent: boolean, indexName?: string): void {
    const units = Math.max(1, Math.ceil(sizeBytes / readUnitBytes));
    const charged = this.factor === 2 ? units * 2 : consistent ? units : units / 2;
    if (indexName === undefined) this.unitsOf(table).table.read += charged;
    else this.indexUnitsOf(table, indexName).read += charged;
  }

  write(table: Table, sizeBytes: number, indexUnits: ReadonlyMap<string, number> = new Map()): void {
    this.unitsOf(table).table.write += Math.max(1, Math.ceil(sizeBytes / writeUnitBytes)) * this.factor;
    for (const [name, units] of indexUnits) this.indexUnitsOf(table, name).write += units * this.factor;
  }

  /** One ConsumedCapacity per table; undefined when the request did not ask. */
  report(detail: CapacityDetail): Record<string, unknown>[] | undefined {
    if (detail === 'NONE') return undefined;
    return [...this.tables].map(([name, units]) => this.reportTable(name, units, detail));
  }

  private reportTable(name: string, units: TableUnits, detail: CapacityDetail): Record<string, unknown> {
    const all = [units.table, ...units.indexes.values()];
    const read = all.reduce((sum, part) => sum + part.read, 0);
    const write = all.reduce((sum, part) => sum + part.write, 0);
    const total = { TableName: name, ...this.shown(read, write) };
    if (detail === 'TOTAL') return total;
    const indexes = [...units.indexes].map(([index, part]) => [index, this.shown(part.read, part.write)]);
    return {
      ...total,
      Table: this.shown(units.table.read, units.table.write),
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: Object.fromEntries(indexes) }),
    };
  }

  private shown(read: number, write: number): Record<string, number> {
    const split = {
      ...(read > 0 ? { ReadCapacityUnits: read } : {}),
      ...(write > 0 ? { WriteCapacityUnits: write } : {}),
    };
    return { CapacityUnits: read + write, ...(this.factor === 2 ? split : {}) };
  }

  private unitsOf(table: Table): TableUnits {
    const known = this.tables.get(table.name);
    if (known !== undefined) return known;
    const units: TableUnits = { table: { read: 0, write: 0 }, indexes: new Map() };
    this.tables.set(table.name, units);
    return units;
  }

  private indexUnitsOf(table: Table, name: string): { read: number; write: number } {
    const { indexes } = this.unitsOf(table);
    const known = indexes.get(name);
    if (known !== undefined) return known;
    const units = { read: 0, write: 0 };
    indexes.set(name, units);
    return units;
  }
}
