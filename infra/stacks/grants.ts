import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Grant } from '../constructs/product-function.ts';
import type { ExportedBucket } from './data-stack.ts';

type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'ConditionCheckItem'
  | 'BatchWriteItem';
type ObjectAction =
  | 'GetObject'
  | 'PutObject'
  | 'DeleteObjectVersion'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploadParts';

export const onTable = (table: TableV2, ...actions: readonly TableAction[]): Grant => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [table.tableArn],
});

/** Reads through an index; says which. */
export const onIndex = (table: TableV2, index: string): Grant => ({
  actions: ['dynamodb:Query'],
  resources: [`${table.tableArn}/index/${index}`],
});

/** Objects under a prefix. The wildcard is acknowledged to cdk-nag by the name of the bucket's export. */
export const onObjects = (bucket: ExportedBucket, keys: string, ...actions: readonly ObjectAction[]): Grant => ({
  actions: actions.map((action) => `s3:${action}`),
  resources: [`${bucket.arn}/${keys}`],
  wildcard: { finding: `Resource::${bucket.exportName}/${keys}`, reason: `The objects under ${keys} of one bucket.` },
});

/** What S3 does with the bucket's key in the caller's name. */
export const readsEncrypted = (key: Key): Grant => ({ actions: ['kms:Decrypt'], resources: [key.keyArn] });
export const writesEncrypted = (key: Key): Grant => ({ actions: ['kms:GenerateDataKey'], resources: [key.keyArn] });

export const allow = (resource: string, ...actions: readonly string[]): Grant => ({ actions, resources: [resource] });
