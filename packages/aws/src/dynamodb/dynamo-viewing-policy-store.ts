import { type PolicyId, policyIdSchema, type ViewingPolicy, viewingPolicySchema } from '@afterimage/contracts';
import type { ViewingPolicyStore } from '@afterimage/core';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DocumentRef, type DynamoDocuments, documentRefSchema } from './dynamo-documents.ts';
import { type DynamoTable, findRow, queryPages, unlessRefused } from './dynamo-table.ts';

const partition = 'VIEWING_POLICIES';
const contentPartition = 'VIEWING_POLICY_CONTENT';
const maxListPages = 20;

const keyOf = (policyId: PolicyId) => ({ pk: partition, sk: policyId });
const rowSchema = z.object({ sk: policyIdSchema, version: z.int().min(1), data: documentRefSchema });

/**
 * In the configuration table: one small row a policy, and the content in pieces elsewhere, so that what every viewer's
 * request reads is small. Content of earlier versions stays: whoever has just read the row finds it.
 */
export class DynamoViewingPolicyStore implements ViewingPolicyStore {
  readonly #table: DynamoTable;
  readonly #documents: DynamoDocuments;

  constructor(table: DynamoTable, documents: DynamoDocuments) {
    this.#table = table;
    this.#documents = documents;
  }

  /** Query of one partition, consistent: in force at once. Content that was read before is not read again. */
  async list(): Promise<ViewingPolicy[]> {
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    };
    const policies: ViewingPolicy[] = [];
    for await (const items of queryPages(this.#table, query, maxListPages)) {
      policies.push(...(await Promise.all(items.map((item) => this.#read(rowSchema.parse(item))))));
    }
    return policies;
  }

  /** Get by id, consistent. */
  async find(policyId: PolicyId): Promise<ViewingPolicy | undefined> {
    const row = await findRow(this.#table, keyOf(policyId), rowSchema);
    return row === undefined ? undefined : this.#read(row);
  }

  async create(policy: ViewingPolicy): Promise<void> {
    await this.#put(policy, await this.#write(policy), { ConditionExpression: 'attribute_not_exists(pk)' });
  }

  /** Put on condition of the version before; the content again away where another was the first. */
  async change(policy: ViewingPolicy): Promise<boolean> {
    const document = await this.#write(policy);
    const expected = { ':expected': policy.version - 1 };
    const condition = { ConditionExpression: 'version = :expected', ExpressionAttributeValues: expected };
    const isFirst = (await unlessRefused(this.#put(policy, document, condition))) !== undefined;
    if (!isFirst) await this.#documents.delete(contentPartition, document);
    return isFirst;
  }

  async delete(policyId: PolicyId): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const Key = keyOf(policyId);
    const command = new DeleteCommand({ TableName, Key, ConditionExpression: 'attribute_exists(pk)' });
    return (await unlessRefused(client.send(command))) !== undefined;
  }

  #read({ data }: z.infer<typeof rowSchema>): Promise<ViewingPolicy> {
    return this.#documents.get(contentPartition, data, viewingPolicySchema);
  }

  #write(policy: ViewingPolicy): Promise<DocumentRef> {
    return this.#documents.put(contentPartition, policy);
  }

  #put(
    { policyId, version }: ViewingPolicy,
    data: DocumentRef,
    condition: Pick<ConstructorParameters<typeof PutCommand>[0], 'ConditionExpression'>,
  ) {
    const { client, tableName: TableName } = this.#table;
    const Item = { ...keyOf(policyId), version, data };
    return client.send(new PutCommand({ TableName, Item, ...condition }));
  }
}
