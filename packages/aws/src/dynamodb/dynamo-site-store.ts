import { type PolicyId, policyIdSchema, type SiteSettings, siteSettingsSchema } from '@afterimage/contracts';
import { type ActivationOutcome, initialRecordingPolicyId, type Site, type SiteStore } from '@afterimage/core';
import { PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import {
  cancellationCodes,
  type DynamoTable,
  findRow,
  isTransactionConflict,
  queryPage,
  unlessRefused,
} from './dynamo-table.ts';
import {
  activePolicyKey,
  noticeMessagesKey,
  readActivePolicy,
  recordingPolicyKey,
  recordingPolicyRowSchema,
  settingsKey,
  sitePartition,
} from './policy-rows.ts';

const maxAttempts = 8;
const noticeVersionSchema = z.object({ version: z.int().min(1) });

type Activation = Parameters<SiteStore['activate']>[0];

/** In the configuration table. */
export class DynamoSiteStore implements SiteStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Query of one partition of three small rows, consistent: a session that starts after a change sees it. */
  async find(): Promise<Site> {
    const { items } = await queryPage(this.#table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': sitePartition },
      ConsistentRead: true,
    });
    const rowOf = ({ sk }: { sk: string }) => items.find((item) => item.sk === sk);
    const notices = rowOf(noticeMessagesKey);
    return {
      activePolicy: readActivePolicy(rowOf(activePolicyKey)),
      settings: siteSettingsSchema.parse(rowOf(settingsKey) ?? {}),
      noticeMessagesVersion: notices === undefined ? 0 : noticeVersionSchema.parse(notices).version,
    };
  }

  /** Conditional put of the pointer; with one of the administrators' own, only if it is there in the version read before. */
  async activate(activation: Activation, believed: Activation['policyId'] | undefined): Promise<ActivationOutcome> {
    const custom = policyIdSchema.safeParse(activation.policyId);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const outcome = custom.success
        ? await this.#activateCustom(custom.data, activation, believed)
        : await this.#activateSystem(activation, believed);
      if (outcome !== 'again') return outcome;
    }
    throw new Error('the policy changes too often to be activated');
  }

  /** Update of one row; it holds the settings beside its key, so that two people change two of them at once. */
  async changeSettings(change: Parameters<SiteStore['changeSettings']>[0]): Promise<SiteSettings> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    if (given.length === 0) return (await this.find()).settings;
    const { Attributes } = await this.#table.client.send(
      new UpdateCommand({
        TableName: this.#table.tableName,
        Key: { ...settingsKey },
        UpdateExpression: `SET ${given.map((_, index) => `#name${index} = :value${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(given.map(([name], index) => [`#name${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(given.map(([, value], index) => [`:value${index}`, value])),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return siteSettingsSchema.parse(Attributes);
  }

  #pointer({ policyId, by, at }: Activation, version: number, believed: Activation['policyId'] | undefined) {
    return {
      TableName: this.#table.tableName,
      Item: { ...activePolicyKey, data: { policyId, version, by, at } },
      ...(believed === undefined ? {} : stillActive(believed)),
    };
  }

  async #activateSystem(activation: Activation, believed: Activation['policyId'] | undefined) {
    const put = new PutCommand(this.#pointer(activation, 1, believed));
    try {
      return (await unlessRefused(this.#table.client.send(put))) === undefined ? 'changed' : 'activated';
    } catch (error) {
      if (isTransactionConflict(error)) return 'again';
      throw error;
    }
  }

  async #activateCustom(policyId: PolicyId, activation: Activation, believed: Activation['policyId'] | undefined) {
    const { client, tableName: TableName } = this.#table;
    const Key = { ...recordingPolicyKey(policyId) };
    const row = await findRow(this.#table, recordingPolicyKey(policyId), recordingPolicyRowSchema);
    if (row === undefined || row.deletedAt !== undefined) return 'not-found';
    const isUnchanged = {
      TableName,
      Key,
      ConditionExpression: 'version = :version AND attribute_not_exists(deletedAt)',
      ExpressionAttributeValues: { ':version': row.version },
    };
    const Put = this.#pointer(activation, row.version, believed);
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [{ Put }, { ConditionCheck: isUnchanged }] }));
      return 'activated';
    } catch (error) {
      if (cancellationCodes(error)?.[0] === 'ConditionalCheckFailed') return 'changed';
      if (cancellationCodes(error)?.[1] === 'ConditionalCheckFailed' || isTransactionConflict(error)) return 'again';
      throw error;
    }
  }
}

function stillActive(believed: Activation['policyId']) {
  const orNobodyActivated = believed === initialRecordingPolicyId ? 'attribute_not_exists(pk) OR ' : '';
  return {
    ConditionExpression: `${orNobodyActivated}#data.policyId = :believed`,
    ExpressionAttributeNames: { '#data': 'data' },
    ExpressionAttributeValues: { ':believed': believed },
  };
}
