import {
  notImplemented,
  type ProvisionedResource,
  type ResourceProvider,
  type TemplateResource,
} from '../../kernel/types.ts';
import type { DynamoDbParts } from './operations/operation.ts';
import {
  type IndexDefinition,
  type KeySchema,
  type KeyType,
  type Projection,
  type StreamViewType,
  streamArn,
  type TableDefinition,
  tableArn,
} from './table-definition.ts';

const harmless = {
  BillingMode: 'capacity is never throttled here',
  WriteProvisionedThroughputSettings: 'capacity is never throttled here',
  WriteOnDemandThroughputSettings: 'capacity is never throttled here',
  ReadOnDemandThroughputSettings: 'capacity is never throttled here',
  ProvisionedThroughput: 'capacity is never throttled here',
  OnDemandThroughput: 'capacity is never throttled here',
  TableClass: 'a price, not a behaviour',
  ContributorInsightsSpecification: 'a monitoring view',
  Tags: 'not read by the product',
};

const understood = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'StreamSpecification',
  'TimeToLiveSpecification',
  'SSESpecification',
];

/** `AWS::DynamoDB::Table` and, for TableV2, `AWS::DynamoDB::GlobalTable` with its one replica. */
export function tableProviders(parts: DynamoDbParts): ResourceProvider[] {
  const provision = (resource: TemplateResource) => provisionTable(parts, resource);
  return [
    {
      type: 'AWS::DynamoDB::GlobalTable',
      understood: [...understood, 'Replicas'],
      harmless,
      provision,
    },
    {
      type: 'AWS::DynamoDB::Table',
      understood: [...understood, 'PointInTimeRecoverySpecification', 'DeletionProtectionEnabled'],
      harmless,
      provision,
    },
  ];
}

async function provisionTable(parts: DynamoDbParts, resource: TemplateResource): Promise<ProvisionedResource> {
  const definition = definitionOf(parts, resource);
  const table = await parts.kernel.commit(() => parts.catalog.define(definition));
  return {
    ref: table.name,
    attributes: {
      Arn: tableArn(table.name),
      TableId: `00000000-0000-4000-8000-${String(table.id).padStart(12, '0')}`,
      ...(table.streamViewType === undefined ? {} : { StreamArn: streamArn(table) }),
    },
  };
}

type Properties = Record<string, unknown>;

function definitionOf({ kernel }: DynamoDbParts, resource: TemplateResource): TableDefinition {
  const properties = resource.properties;
  const replica = onlyReplica(resource);
  const settings = { ...properties, ...replica };
  for (const { SSESpecification } of [properties, replica]) refuseCustomerKey(resource, SSESpecification);
  const types = attributeTypesOf(properties);
  const view = structure(properties.StreamSpecification).StreamViewType;
  const timeToLive = structure(properties.TimeToLiveSpecification);
  const recovery = structure(settings.PointInTimeRecoverySpecification);
  return {
    name:
      typeof properties.TableName === 'string'
        ? properties.TableName
        : kernel.physicalName(resource.stackName, resource.logicalId),
    keys: keySchema(properties.KeySchema, types),
    indexes: list(properties.GlobalSecondaryIndexes).map((index) => indexDefinition(index, types)),
    ...(view === undefined ? {} : { streamViewType: view as StreamViewType }),
    ...(isOn(timeToLive.Enabled) ? { timeToLiveAttribute: String(timeToLive.AttributeName) } : {}),
    ...(isOn(recovery.PointInTimeRecoveryEnabled)
      ? { pointInTimeRecoveryDays: Number(recovery.RecoveryPeriodInDays ?? 35) }
      : {}),
    deletionProtected: isOn(settings.DeletionProtectionEnabled),
  };
}

/** AWS's own key asks nobody for permissions, a customer's does, so leaving it out would let calls pass that AWS refuses. */
function refuseCustomerKey({ stackName, logicalId }: TemplateResource, specification: unknown): void {
  if (structure(specification).KMSMasterKeyId === undefined) return;
  throw notImplemented(
    `tables under a customer's KMS key (${stackName}/${logicalId}): it would not ask callers for their permissions on the key; use the AWS managed key`,
  );
}

/** Of a replica's index settings only throughput and insights can differ from the table's own. */
const replicaProperties = new Set([
  ...Object.keys(harmless),
  'Region',
  'SSESpecification',
  'GlobalSecondaryIndexes',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
]);

function onlyReplica({ stackName, logicalId, properties }: TemplateResource): Properties {
  const replicas = list(properties.Replicas);
  if (replicas.length > 1) {
    throw new Error(
      `${stackName}/${logicalId}: Replicas: localcloud plays one region, the template asks for ${replicas.length}`,
    );
  }
  const replica = replicas[0] ?? {};
  for (const property of Object.keys(replica)) {
    if (!replicaProperties.has(property)) {
      throw new Error(`${stackName}/${logicalId}: Replicas: localcloud does not understand ${property}`);
    }
  }
  return replica;
}

function attributeTypesOf(properties: Properties): Map<string, KeyType> {
  return new Map(
    list(properties.AttributeDefinitions).map((definition) => [
      String(definition.AttributeName),
      definition.AttributeType as KeyType,
    ]),
  );
}

function keySchema(schema: unknown, types: ReadonlyMap<string, KeyType>): KeySchema {
  const keyOf = (kind: string) => {
    const element = list(schema).find(({ KeyType: type }) => type === kind);
    if (element === undefined) return undefined;
    const name = String(element.AttributeName);
    const type = types.get(name);
    if (type === undefined) throw new Error(`key attribute ${name} has no AttributeDefinition`);
    return { name, type };
  };
  const partition = keyOf('HASH');
  const sort = keyOf('RANGE');
  if (partition === undefined) throw new Error('a key schema needs a HASH key');
  return sort === undefined ? { partition } : { partition, sort };
}

function indexDefinition(index: Properties, types: ReadonlyMap<string, KeyType>): IndexDefinition {
  return { name: String(index.IndexName), keys: keySchema(index.KeySchema, types), projection: projectionOf(index) };
}

function projectionOf(index: Properties): Projection {
  const { ProjectionType: kind, NonKeyAttributes: attributes } = structure(index.Projection);
  if (kind === 'INCLUDE') return { kind, attributes: Array.isArray(attributes) ? attributes.map(String) : [] };
  return { kind: kind === 'KEYS_ONLY' ? 'KEYS_ONLY' : 'ALL' };
}

function structure(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function list(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map(structure) : [];
}

function isOn(value: unknown): boolean {
  return value === true || value === 'true';
}
