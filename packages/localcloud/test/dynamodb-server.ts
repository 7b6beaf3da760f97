import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createDynamoDb, type DynamoDb } from '../src/services/dynamodb/index.ts';
import { oracleEndpoint } from './oracle/oracle-endpoint.ts';

export interface DynamoDbUnderTest {
  client: DynamoDBClient;
  close(): Promise<void>;
}

type TableProperties = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'KeySchema' | 'TableName'
>;

/** The attribute that holds when an item ends, in seconds. */
const timeToLiveAttribute = 'expires';

/** A server with one table, which keeps a stream, ends items and can be restored. */
export async function startDynamoDb(table: TableProperties): Promise<DynamoDbUnderTest> {
  const oracle = oracleEndpoint('dynamodb');
  if (!oracle) return startLocal(table);
  const client = new DynamoDBClient(oracle);
  await createTable(client, table);
  return { client, close: async () => client.destroy() };
}

async function startLocal(table: TableProperties): Promise<DynamoDbUnderTest> {
  const testKernel = createTestKernel();
  const dynamoDb = createDynamoDb(testKernel.kernel);
  await provisionTable(dynamoDb, {
    ...table,
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
    Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
  });
  const { endpoint, credentials, close } = await testKernel.serve([dynamoDb.service]);
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    close: async () => {
      client.destroy();
      await close();
      testKernel.cleanup();
    },
  };
}

/** Creates a table as a template does. */
export async function provisionTable({ providers }: DynamoDb, properties: Record<string, unknown>): Promise<void> {
  const type = 'AWS::DynamoDB::GlobalTable';
  const provider = providers.find((candidate) => candidate.type === type);
  await provider?.provision({ stackName: 'Data', logicalId: 'Table', type, assemblyDirectory: '', properties });
}

async function createTable(client: DynamoDBClient, table: TableProperties): Promise<void> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  await client.send(new CreateTableCommand({ ...table, BillingMode: 'PAY_PER_REQUEST', StreamSpecification }));
  const { TableName } = table;
  const TimeToLiveSpecification = { AttributeName: timeToLiveAttribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  // Not every server keeps backups; the test that asks for them then says so.
  await client
    .send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }))
    .catch(() => undefined);
}
