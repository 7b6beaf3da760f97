import { type SystemRecordingPolicyId, systemRecordingPolicyIdSchema } from '@afterimage/contracts';
import { type ActivePolicyStore, initialRecordingPolicyId } from '@afterimage/core';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DynamoTable } from './dynamo-table.ts';

const activeKey = { pk: 'SITE', sk: 'ACTIVE_RECORDING_POLICY' };
const rowSchema = z.object({ data: z.object({ policyId: systemRecordingPolicyIdSchema }) });

export class DynamoActivePolicyStore implements ActivePolicyStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get of one row, consistent: a session that starts after the change sees it. */
  async findActive(): Promise<SystemRecordingPolicyId> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: activeKey, ConsistentRead: true }));
    return Item === undefined ? initialRecordingPolicyId : rowSchema.parse(Item).data.policyId;
  }

  /** Update of one row; its version counts the activations. */
  async activate(policyId: SystemRecordingPolicyId, by: string, at: string): Promise<void> {
    const { client, tableName } = this.#table;
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: activeKey,
        UpdateExpression: 'SET #data = :data ADD version :one',
        ExpressionAttributeNames: { '#data': 'data' },
        ExpressionAttributeValues: { ':data': { policyId, by, at }, ':one': 1 },
      }),
    );
  }
}
