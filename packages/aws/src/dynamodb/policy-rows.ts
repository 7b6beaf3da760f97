import { policyIdSchema, recordingPolicyIdSchema, recordingPolicySummarySchema } from '@afterimage/contracts';
import { type ActivePolicy, initialRecordingPolicyId } from '@afterimage/core';
import * as z from 'zod';
import { documentRefSchema } from './dynamo-documents.ts';
import type { ItemKey } from './dynamo-table.ts';

/** Everything that each session start needs is in one partition, and read with one query. */
export const sitePartition = 'SITE';
export const activePolicyKey: ItemKey = { pk: sitePartition, sk: 'ACTIVE_RECORDING_POLICY' };
export const settingsKey: ItemKey = { pk: sitePartition, sk: 'SETTINGS' };
export const noticeMessagesKey: ItemKey = { pk: sitePartition, sk: 'NOTICE_MESSAGES' };

export const recordingPoliciesPartition = 'RECORDING_POLICIES';

/** The newest version of a policy, or the mark that it is deleted. */
export const recordingPolicyKey = (policyId: string): ItemKey => ({ pk: recordingPoliciesPartition, sk: policyId });

export const recordingPolicyRowSchema = z.object({
  /** Beside `data` for conditions. */
  version: z.int().min(1),
  deletedAt: z.string().optional(),
  data: recordingPolicySummarySchema.extend({ policyId: policyIdSchema, document: documentRefSchema }),
});

const activePolicyRowSchema = z.object({
  data: z.object({
    policyId: recordingPolicyIdSchema,
    version: z.int().min(1).default(1),
    at: z.string(),
    by: z.string(),
  }),
});

/** @param item undefined: nobody has activated anything yet */
export function readActivePolicy(item: unknown): ActivePolicy {
  if (item === undefined) return { policyId: initialRecordingPolicyId, version: 1 };
  const { policyId, version, at, by } = activePolicyRowSchema.parse(item).data;
  return { policyId, version, activatedAt: at, activatedBy: by };
}

/** As part of a transaction: a policy that is not the active one. */
export function isNotActive(TableName: string, policyId: string) {
  return {
    ConditionCheck: {
      TableName,
      Key: { ...activePolicyKey },
      ConditionExpression: 'attribute_not_exists(pk) OR #data.policyId <> :policyId',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':policyId': policyId },
    },
  };
}
