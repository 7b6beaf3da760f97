import { type AwsRequest, notImplemented } from '../../kernel/types.ts';
import {
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  getObjectLockConfiguration,
  headBucket,
  putBucketCors,
  putBucketVersioning,
  putObjectLockConfiguration,
} from './bucket-operations.ts';
import type { BucketOperation, ObjectOperation } from './context.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { completeMultipartUpload } from './multipart-complete.ts';
import { uploadPart, uploadPartCopy } from './multipart-parts.ts';
import { abortMultipartUpload, createMultipartUpload, listMultipartUploads, listParts } from './multipart-upload.ts';
import { getObjectLegalHold, getObjectRetention, putObjectLegalHold, putObjectRetention } from './object-lock.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { putObject } from './put-object.ts';

/** Query parameters that choose an operation. One that is listed and has no operation below is refused. */
const subresources = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'list-type',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
];

/** `METHOD subresource` → operation. */
const bucketOperations: Record<string, BucketOperation> = {
  'HEAD ': headBucket,
  'DELETE ': deleteBucket,
  'GET list-type': listObjectsV2,
  'GET location': getBucketLocation,
  'GET object-lock': getObjectLockConfiguration,
  'GET uploads': listMultipartUploads,
  'GET versioning': getBucketVersioning,
  'GET versions': listObjectVersions,
  'POST delete': deleteObjects,
  'PUT cors': putBucketCors,
  'PUT object-lock': putObjectLockConfiguration,
  'PUT versioning': putBucketVersioning,
};

const objectOperations: Record<string, ObjectOperation> = {
  'GET ': getObject,
  'HEAD ': getObject,
  'PUT ': putObject,
  'DELETE ': deleteObject,
  'PUT copy': copyObject,
  'GET tagging': getObjectTagging,
  'PUT tagging': putObjectTagging,
  'DELETE tagging': deleteObjectTagging,
  'GET retention': getObjectRetention,
  'PUT retention': putObjectRetention,
  'GET legal-hold': getObjectLegalHold,
  'PUT legal-hold': putObjectLegalHold,
  'POST uploads': createMultipartUpload,
  'GET uploadId': listParts,
  'PUT uploadId': uploadPart,
  'PUT uploadId copy': uploadPartCopy,
  'POST uploadId': completeMultipartUpload,
  'DELETE uploadId': abortMultipartUpload,
};

function operationName(request: AwsRequest): string {
  const subresource = subresources.find((name) => request.query.has(name));
  const isCopy = request.method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined;
  const parts = [subresource, isCopy ? 'copy' : undefined].filter((part) => part !== undefined);
  return `${request.method} ${parts.join(' ')}`;
}

export function findBucketOperation(request: AwsRequest): BucketOperation {
  const name = operationName(request);
  const operation = bucketOperations[name];
  if (operation === undefined) throw notImplemented(`the S3 bucket operation ${name.trim()}`);
  return operation;
}

export function findObjectOperation(request: AwsRequest): ObjectOperation {
  const name = operationName(request);
  const operation = objectOperations[name];
  if (operation === undefined) throw notImplemented(`the S3 object operation ${name.trim()}`);
  return operation;
}
