import type { AwsService, Kernel, ResourceProvider } from '../../kernel/types.ts';
import { Statements } from '../statements.ts';
import { ItemStore } from './item-store.ts';
import { DynamoDbService } from './service.ts';
import { StreamLog, type StreamReader } from './stream-log.ts';
import { TableCatalog } from './table-catalog.ts';
import { tableProviders } from './template-tables.ts';
import { sweepExpired } from './time-to-live.ts';

export type { StreamReader } from './stream-log.ts';

export interface DynamoDb {
  service: AwsService;
  providers: ResourceProvider[];
  streams: StreamReader;
  /** Deletes expired items now, as a timer does every few seconds. Answers how many went. */
  sweepExpired(): Promise<number>;
}

export function createDynamoDb(kernel: Kernel): DynamoDb {
  const streams = new StreamLog(kernel.database, kernel.now);
  const catalog = new TableCatalog(kernel.database, streams, kernel.now);
  const items = new ItemStore(kernel.database, streams);
  const parts = { kernel, statements: new Statements(kernel.database), catalog, items, streams };
  return {
    service: new DynamoDbService(parts),
    providers: tableProviders(parts),
    streams,
    sweepExpired: () => sweepExpired(parts),
  };
}
