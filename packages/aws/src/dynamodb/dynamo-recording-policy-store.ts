import {
  type PolicyId,
  type PolicyVersion,
  policyVersionSchema,
  type RecordingPolicy,
  type RecordingPolicySummary,
  recordingPolicySchema,
} from '@afterimage/contracts';
import type { PolicyRevision, RecordingPolicyStore, RevisionOutcome } from '@afterimage/core';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DocumentRef, type DynamoDocuments, documentRefSchema } from './dynamo-documents.ts';
import {
  cancellationCodes,
  type DynamoTable,
  findRow,
  isTransactionConflict,
  padSequence,
  queryPage,
  queryPages,
} from './dynamo-table.ts';
import {
  activePolicyKey,
  isNotActive,
  readActivePolicy,
  recordingPoliciesPartition,
  recordingPolicyKey,
  recordingPolicyRowSchema,
} from './policy-rows.ts';

const maxAttempts = 8;
const maxListPages = 20;

const partitionOf = (policyId: PolicyId) => `POLICY#${policyId}`;
const versionKey = (policyId: PolicyId, version: number) => ({
  pk: partitionOf(policyId),
  sk: `VERSION#${padSequence(version)}`,
});
const versionRowSchema = z.object({ data: policyVersionSchema.extend({ document: documentRefSchema }) });

type Transaction = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** In the configuration table: the newest version's row and one row a version, with the content in pieces beside them. */
export class DynamoRecordingPolicyStore implements RecordingPolicyStore {
  readonly #table: DynamoTable;
  readonly #documents: DynamoDocuments;

  constructor(table: DynamoTable, documents: DynamoDocuments) {
    this.#table = table;
    this.#documents = documents;
  }

  /** Query of one partition, consistent. */
  async list(): Promise<RecordingPolicySummary[]> {
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': recordingPoliciesPartition },
      ConsistentRead: true,
    };
    const policies: RecordingPolicySummary[] = [];
    for await (const items of queryPages(this.#table, query, maxListPages)) {
      for (const item of items) {
        const { data, deletedAt } = recordingPolicyRowSchema.parse(item);
        if (deletedAt === undefined) policies.push(data);
      }
    }
    return policies;
  }

  /** Get of the newest version's row, consistent, and its content. */
  async findCurrent(policyId: PolicyId): Promise<RecordingPolicy | undefined> {
    const row = await findRow(this.#table, recordingPolicyKey(policyId), recordingPolicyRowSchema);
    if (row === undefined || row.deletedAt !== undefined) return undefined;
    return this.#read(policyId, row.data.document);
  }

  /** Get of the version's row, and its content. */
  async findVersion(policyId: PolicyId, version: number): Promise<RecordingPolicy | undefined> {
    const row = await findRow(this.#table, versionKey(policyId, version), versionRowSchema);
    return row === undefined ? undefined : this.#read(policyId, row.data.document);
  }

  /** Query backwards through the rows of the versions. */
  async listVersions(policyId: PolicyId, page: { limit: number; beforeVersion?: number | undefined }) {
    const { limit, beforeVersion } = page;
    const { items } = await queryPage(this.#table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': partitionOf(policyId),
        ':first': versionKey(policyId, 1).sk,
        ':last': beforeVersion === undefined ? 'VERSION#~' : versionKey(policyId, beforeVersion - 1).sk,
      },
      ScanIndexForward: false,
      Limit: limit + 1,
    });
    const versions: PolicyVersion[] = items.map((item) => versionRowSchema.parse(item).data);
    return { versions: versions.slice(0, limit), hasMore: versions.length > limit };
  }

  /** The content, then both rows in a transaction. */
  async create(revision: PolicyRevision): Promise<void> {
    const rows = this.#rows(revision, await this.#write(revision), 'attribute_not_exists(pk)');
    await this.#table.client.send(new TransactWriteCommand({ TransactItems: rows }));
  }

  /** The content, then its rows; the content again away where another was the first. */
  async revise(revision: PolicyRevision, mayBeActive: boolean): Promise<RevisionOutcome> {
    const document = await this.#write(revision);
    const outcome = await this.#writeRows(revision, document, mayBeActive);
    if (outcome !== 'stored') await this.#documents.delete(partitionOf(revision.policy.policyId), document);
    return outcome;
  }

  /** A mark on the newest version's row, if it is not the active policy. */
  async delete(policyId: PolicyId, version: number, at: string): Promise<'deleted' | 'outdated' | 'active'> {
    const TableName = this.#table.tableName;
    const Update = {
      TableName,
      Key: { ...recordingPolicyKey(policyId) },
      UpdateExpression: 'SET deletedAt = :at',
      ConditionExpression: 'version = :version AND attribute_not_exists(deletedAt)',
      ExpressionAttributeValues: { ':version': version, ':at': at },
    };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const failed = await this.#transact([{ Update }, isNotActive(TableName, policyId)]);
      if (failed === 'none') return 'deleted';
      if (failed !== 'conflict') return failed === 0 ? 'outdated' : 'active';
    }
    throw new Error('the policy changes too often to be deleted');
  }

  #read(policyId: PolicyId, document: DocumentRef): Promise<RecordingPolicy> {
    return this.#documents.get(partitionOf(policyId), document, recordingPolicySchema);
  }

  #write({ policy }: PolicyRevision): Promise<DocumentRef> {
    return this.#documents.put(partitionOf(policy.policyId), policy);
  }

  /** Both rows and the pointer in a transaction; again where only the pointer was another's. */
  async #writeRows(revision: PolicyRevision, document: DocumentRef, mayBeActive: boolean): Promise<RevisionOutcome> {
    const { policyId, version } = revision.policy;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const isActive = mayBeActive && (await this.#isActive(policyId));
      const pointer = isActive ? this.#moveActive(policyId, version) : isNotActive(this.#table.tableName, policyId);
      const rows = this.#rows(revision, document, 'version = :expected AND attribute_not_exists(deletedAt)');
      const failed = await this.#transact([...rows, pointer]);
      if (failed === 'none') return 'stored';
      if (failed !== 'conflict' && failed < rows.length) return 'outdated';
      if (failed !== 'conflict' && !mayBeActive) return 'active';
    }
    throw new Error('the policy changes too often to be changed');
  }

  #rows({ policy, comment, restores }: PolicyRevision, document: DocumentRef, condition: string): Transaction {
    const TableName = this.#table.tableName;
    const { options: _options, rules, ...summary } = policy;
    const { policyId, version, changedAt, changedBy } = policy;
    const row = { version, changedAt, changedBy, comment, ...(restores === undefined ? {} : { restores }) };
    const ruleCount = rules.length;
    return [
      {
        Put: {
          TableName,
          Item: { ...recordingPolicyKey(policyId), version, data: { ...summary, ruleCount, document } },
          ConditionExpression: condition,
          ...(condition.includes(':expected') ? { ExpressionAttributeValues: { ':expected': version - 1 } } : {}),
        },
      },
      {
        Put: {
          TableName,
          Item: { ...versionKey(policyId, version), data: { ...row, ruleCount, document } },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ];
  }

  async #isActive(policyId: PolicyId): Promise<boolean> {
    return readActivePolicy(await findRow(this.#table, activePolicyKey, z.unknown())).policyId === policyId;
  }

  #moveActive(policyId: PolicyId, version: number) {
    return {
      Update: {
        TableName: this.#table.tableName,
        Key: { ...activePolicyKey },
        UpdateExpression: 'SET #data.#version = :version',
        ConditionExpression: '#data.policyId = :policyId',
        ExpressionAttributeNames: { '#data': 'data', '#version': 'version' },
        ExpressionAttributeValues: { ':version': version, ':policyId': policyId },
      },
    };
  }

  /** @returns the first item whose condition did not hold, or that another transaction was at work */
  async #transact(TransactItems: Transaction): Promise<'none' | 'conflict' | number> {
    try {
      await this.#table.client.send(new TransactWriteCommand({ TransactItems }));
      return 'none';
    } catch (error) {
      const failed = cancellationCodes(error)?.indexOf('ConditionalCheckFailed') ?? -1;
      if (failed >= 0) return failed;
      if (isTransactionConflict(error)) return 'conflict';
      throw error;
    }
  }
}
