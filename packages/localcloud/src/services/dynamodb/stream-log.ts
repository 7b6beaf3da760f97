import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { region } from '../../kernel/types.ts';
import { Statements } from '../statements.ts';
import { attributeOf, type Item, itemSizeBytes } from './attribute-value.ts';
import { keyNames, streamArn, type Table } from './table-definition.ts';

/** One change of one item. `record` is the event record that Lambda hands to a function. */
export interface StreamRecord {
  sequence: number;
  /** Records of one key keep their order; different keys may be worked on side by side. */
  partitionKey: string;
  record: Record<string, unknown>;
}

export interface StreamReader {
  /** At most `limit` records after the sequence, oldest first. */
  read(streamArn: string, afterSequence: number, limit: number): StreamRecord[];
  /** Calls back after records became durable. Returns the unsubscriber. */
  onAppend(listener: (streamArn: string) => void): () => void;
  /** The newest record's sequence; 0 for a stream without records. */
  latestSequence(streamArn: string): number;
}

export interface ItemChange {
  before: Item | undefined;
  after: Item | undefined;
  /** Time-to-live deletions name the service, so consumers can tell them from a caller's. */
  cause: 'request' | 'time-to-live';
}

const retentionMs = 24 * 3_600_000;

/** The streams of all tables: written in the transaction of the change itself, kept for a day. */
export class StreamLog implements StreamReader {
  private readonly statements: Statements;
  private readonly now: () => number;
  private readonly tableIdsByArn = new Map<string, number>();
  private readonly listeners = new Set<(streamArn: string) => void>();
  private readonly touched = new Set<string>();

  constructor(database: DatabaseSync, now: () => number) {
    this.statements = new Statements(database);
    this.now = now;
  }

  open(table: Table): void {
    this.tableIdsByArn.set(streamArn(table), table.id);
  }

  /** To be called inside the transaction that makes the change. */
  append(table: Table, change: ItemChange): void {
    const image = change.after ?? change.before;
    if (table.streamViewType === undefined || image === undefined) return;
    const createdMs = this.now();
    const keys = keysOf(table, image);
    const partitionKey = createHash('sha256').update(JSON.stringify(keys)).digest('base64url');
    const dynamodb = {
      ApproximateCreationDateTime: Math.floor(createdMs / 1000),
      Keys: keys,
      ...images(table, change),
      StreamViewType: table.streamViewType,
    };
    this.statements
      .get('INSERT INTO ddb_stream_records (table_id, created_ms, partition_key, record) VALUES (?, ?, ?, ?)')
      .run(
        table.id,
        createdMs,
        partitionKey,
        JSON.stringify({ eventName: eventName(change), cause: change.cause, dynamodb }),
      );
    this.touched.add(streamArn(table));
  }

  /** To be called once the transaction is durable: wakes the readers. */
  announce(): void {
    const arns = [...this.touched];
    this.touched.clear();
    for (const arn of arns) for (const listener of this.listeners) listener(arn);
  }

  read(arn: string, afterSequence: number, limit: number): StreamRecord[] {
    const rows = this.statements
      .get(
        'SELECT sequence, partition_key, record FROM ddb_stream_records WHERE table_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      )
      .all(this.tableId(arn), afterSequence, limit);
    return rows.map((row) => ({
      sequence: Number(row.sequence),
      partitionKey: String(row.partition_key),
      record: lambdaRecord(arn, Number(row.sequence), JSON.parse(String(row.record)) as StoredRecord),
    }));
  }

  onAppend(listener: (streamArn: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  latestSequence(arn: string): number {
    const row = this.statements
      .get('SELECT max(sequence) AS latest FROM ddb_stream_records WHERE table_id = ?')
      .get(this.tableId(arn));
    return Number(row?.latest ?? 0);
  }

  /** Drops what is older than a day, as DynamoDB does. */
  trim(): void {
    this.statements.get('DELETE FROM ddb_stream_records WHERE created_ms < ?').run(this.now() - retentionMs);
  }

  private tableId(arn: string): number {
    const id = this.tableIdsByArn.get(arn);
    if (id === undefined) throw new Error(`No stream ${arn}`);
    return id;
  }
}

interface StoredRecord {
  eventName: string;
  cause: ItemChange['cause'];
  dynamodb: Record<string, unknown>;
}

function lambdaRecord(arn: string, sequence: number, { eventName, cause, dynamodb }: StoredRecord) {
  const expired = { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };
  return {
    eventID: createHash('md5').update(`${arn}:${sequence}`).digest('hex'),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: { ...dynamodb, SequenceNumber: sequenceNumber(sequence) },
    ...(cause === 'time-to-live' ? expired : {}),
    eventSourceARN: arn,
  };
}

/** 21 digits, as AWS's are, so that their order as text is their order as numbers. */
function sequenceNumber(sequence: number): string {
  return (10n ** 20n + BigInt(sequence)).toString();
}

function eventName({ before, after }: ItemChange): string {
  if (after === undefined) return 'REMOVE';
  return before === undefined ? 'INSERT' : 'MODIFY';
}

function keysOf(table: Table, item: Item): Item {
  const keys: Item = Object.create(null);
  for (const name of keyNames(table.keys)) {
    const value = attributeOf(item, name);
    if (value !== undefined) keys[name] = value;
  }
  return keys;
}

function images(table: Table, { before, after }: ItemChange): Record<string, unknown> {
  const view = table.streamViewType;
  const newImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? after : undefined;
  const oldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? before : undefined;
  const shown = [keysOf(table, after ?? before ?? {}), newImage, oldImage];
  return {
    ...(newImage === undefined ? {} : { NewImage: newImage }),
    ...(oldImage === undefined ? {} : { OldImage: oldImage }),
    SizeBytes: shown.reduce((sum, image) => sum + (image === undefined ? 0 : itemSizeBytes(image)), 0),
  };
}
