import { AwsError } from '../../../kernel/types.ts';
import type { RequestFields } from '../request-fields.ts';
import {
  type IndexDefinition,
  type KeySchema,
  streamArn,
  streamLabel,
  type Table,
  tableArn,
} from '../table-definition.ts';
import { authorize, type Operation, type OperationContext } from './operation.ts';

export const describeTable: Operation = (context, fields) => {
  const table = namedTable(context, fields);
  authorize(context, { action: 'DescribeTable', table });
  const totals = context.statements
    .get('SELECT count(*) AS items, coalesce(sum(size), 0) AS bytes FROM ddb_items WHERE table_id = ?')
    .get(table.id);
  return {
    Table: {
      ...describe(table),
      ItemCount: Number(totals?.items ?? 0),
      TableSizeBytes: Number(totals?.bytes ?? 0),
    },
  };
};

export const listTables: Operation = (context, fields) => {
  context.kernel.authorize({ principal: context.principal, action: 'dynamodb:ListTables', resourceArn: tableArn('*') });
  const limit = fields.integer('Limit', 1, 100) ?? 100;
  const start = fields.optionalString('ExclusiveStartTableName') ?? '';
  const names = context.catalog
    .all()
    .map(({ name }) => name)
    .filter((name) => name > start);
  const shown = names.slice(0, limit);
  return { TableNames: shown, LastEvaluatedTableName: names.length > limit ? shown.at(-1) : undefined };
};

export const describeTimeToLive: Operation = (context, fields) => {
  const table = namedTable(context, fields);
  authorize(context, { action: 'DescribeTimeToLive', table });
  const name = table.timeToLiveAttribute;
  return {
    TimeToLiveDescription:
      name === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: name },
  };
};

export const describeContinuousBackups: Operation = (context, fields) => {
  const table = context.catalog.find(fields.string('TableName'));
  if (table === undefined) {
    throw new AwsError('TableNotFoundException', 400, `Table not found: ${fields.string('TableName')}`);
  }
  authorize(context, { action: 'DescribeContinuousBackups', table });
  const days = table.pointInTimeRecoveryDays;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription:
        days === undefined
          ? { PointInTimeRecoveryStatus: 'DISABLED' }
          : { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: days },
    },
  };
};

function namedTable(context: OperationContext, fields: RequestFields): Table {
  const name = fields.string('TableName');
  const table = context.catalog.find(name.startsWith(tableArn('')) ? name.slice(tableArn('').length) : name);
  if (table === undefined) {
    throw new AwsError('ResourceNotFoundException', 400, `Requested resource not found: Table: ${name} not found`);
  }
  return table;
}

function describe(table: Table): Record<string, unknown> {
  const indexes = table.indexes.map((index) => describeIndex(table, index));
  return {
    TableName: table.name,
    TableArn: tableArn(table.name),
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdMs / 1000,
    KeySchema: describeKeys(table.keys),
    AttributeDefinitions: attributeDefinitions(table),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    DeletionProtectionEnabled: table.deletionProtected,
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
    ...(table.streamViewType === undefined
      ? {}
      : {
          StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
          LatestStreamLabel: streamLabel(table),
          LatestStreamArn: streamArn(table),
        }),
  };
}

function describeKeys({ partition, sort }: KeySchema) {
  const hash = { AttributeName: partition.name, KeyType: 'HASH' };
  return sort === undefined ? [hash] : [hash, { AttributeName: sort.name, KeyType: 'RANGE' }];
}

function describeIndex(table: Table, { name, keys, projection }: IndexDefinition) {
  return {
    IndexName: name,
    IndexArn: `${tableArn(table.name)}/index/${name}`,
    IndexStatus: 'ACTIVE',
    KeySchema: describeKeys(keys),
    Projection: {
      ProjectionType: projection.kind,
      ...(projection.kind === 'INCLUDE' ? { NonKeyAttributes: projection.attributes } : {}),
    },
  };
}

function attributeDefinitions(table: Table) {
  const types = new Map<string, string>();
  for (const { partition, sort } of [table.keys, ...table.indexes.map(({ keys }) => keys)]) {
    for (const attribute of sort === undefined ? [partition] : [partition, sort])
      types.set(attribute.name, attribute.type);
  }
  return [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}
