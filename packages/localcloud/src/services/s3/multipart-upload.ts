import { type AwsRequest, type AwsResponse, accountId } from '../../kernel/types.ts';
import { authorizeBucket, authorizeObject } from './authorization.ts';
import { type ChecksumType, parseAlgorithm } from './checksums.ts';
import type { BucketCall, ObjectCall, S3Context } from './context.ts';
import { authorizeEncryptionKey, encryptionHeaders } from './encryption.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { prefixElements } from './list-objects.ts';
import { behindPrefix, commonPrefixOf, type ListQuery, parseLimit, parseListQuery } from './list-query.ts';
import { partChecksumElements, requireUpload } from './multipart-parts.ts';
import { authorizeDraft, checkKey, draftFromHeaders } from './object-draft.ts';
import type { Upload, UploadDraft } from './upload-store.ts';
import { type XmlElement, xmlResponse } from './xml.ts';

export async function createMultipartUpload(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const { request, bucket, key } = call;
  checkKey(key);
  authorizeDraft(context, call);
  const checksum = parseUploadChecksum(request);
  const draft: UploadDraft = { ...draftFromHeaders(context, call), ...(checksum === undefined ? {} : { checksum }) };
  authorizeEncryptionKey(context, call, draft.attributes.encryption, 'kms:GenerateDataKey');
  const upload = await context.kernel.commit(() =>
    context.uploads.create(bucket.name, key, context.kernel.now(), draft),
  );
  return xmlResponse(
    'InitiateMultipartUploadResult',
    [
      ['Bucket', bucket.name],
      ['Key', key],
      ['UploadId', upload.uploadId],
    ],
    {
      ...encryptionHeaders(draft.attributes.encryption),
      ...(checksum === undefined
        ? {}
        : { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }),
    },
  );
}

function parseUploadChecksum({ headers }: AwsRequest): UploadDraft['checksum'] {
  const name = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type'];
  if (name === undefined) {
    if (type !== undefined) {
      throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
    }
    return undefined;
  }
  const algorithm = parseAlgorithm(name);
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidArgument('Value for x-amz-checksum-type header is invalid.', 'x-amz-checksum-type', type);
  }
  const chosen: ChecksumType = type ?? 'COMPOSITE';
  if (chosen === 'FULL_OBJECT' && !algorithm.startsWith('CRC')) {
    throw invalidRequest(
      `The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

export async function abortMultipartUpload(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:AbortMultipartUpload');
  const files = await context.kernel.commit(() => context.uploads.remove(requireUpload(context, call).uploadId));
  await context.blobs.remove(files);
  return { status: 204 };
}

export async function listParts(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, 's3:ListMultipartUploadParts');
  const upload = requireUpload(context, call);
  const { query } = call.request;
  const limit = parseLimit(query, 'max-parts');
  const marker = Number(query.get('part-number-marker') ?? 0);
  const found = context.uploads.parts(upload.uploadId, marker, limit + 1);
  const parts = found.slice(0, limit);
  const isTruncated = found.length > limit;
  return xmlResponse('ListPartsResult', [
    ['Bucket', upload.bucket],
    ['Key', upload.key],
    ['UploadId', upload.uploadId],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', isTruncated ? parts.at(-1)?.partNumber : undefined],
    ['MaxParts', limit],
    ['IsTruncated', isTruncated],
    ...uploadElements(upload),
    ...parts.map((part): XmlElement => {
      const elements: XmlElement[] = [
        ['PartNumber', part.partNumber],
        ['LastModified', new Date(part.modifiedMs).toISOString()],
        ['ETag', `"${part.md5}"`],
        ['Size', part.sizeBytes],
      ];
      return ['Part', [...elements, ...partChecksumElements(part)]];
    }),
  ]);
}

function uploadElements({ draft }: Upload): XmlElement[] {
  return [
    ['StorageClass', draft.storageClass],
    ['ChecksumAlgorithm', draft.checksum?.algorithm],
    ['ChecksumType', draft.checksum?.type],
    ['Initiator', [['ID', accountId]]],
    ['Owner', [['ID', accountId]]],
  ];
}

interface UploadPage {
  uploads: Upload[];
  prefixes: string[];
  /** The last upload or common prefix of this page, when more follow. */
  next?: { key: string; id: string };
}

function readUploadPage(context: S3Context, call: BucketCall, query: ListQuery): UploadPage {
  const page: UploadPage = { uploads: [], prefixes: [] };
  const parameters = call.request.query;
  let place = { key: parameters.get('key-marker') ?? '', id: parameters.get('upload-id-marker') ?? behindPrefix('') };
  let last = place;
  for (; query.maxKeys > 0; ) {
    const upload = context.uploads.list(call.bucket.name, place.key, place.id, 1)[0];
    if (upload === undefined) break;
    place = { key: upload.key, id: upload.uploadId };
    if (!upload.key.startsWith(query.prefix)) continue;
    if (page.uploads.length + page.prefixes.length === query.maxKeys) return { ...page, next: last };
    const common = commonPrefixOf(upload.key, query);
    last = common === undefined ? place : { key: common, id: '' };
    if (common === undefined) page.uploads.push(upload);
    else {
      page.prefixes.push(common);
      place = { key: behindPrefix(common), id: '' };
    }
  }
  return page;
}

export async function listMultipartUploads(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  authorizeBucket(context, call, 's3:ListBucketMultipartUploads');
  const parameters = call.request.query;
  const query = parseListQuery(parameters, 'max-uploads');
  const { uploads, prefixes, next } = readUploadPage(context, call, query);
  return xmlResponse('ListMultipartUploadsResult', [
    ['Bucket', call.bucket.name],
    ['KeyMarker', query.encode(parameters.get('key-marker') ?? '')],
    ['UploadIdMarker', parameters.get('upload-id-marker') ?? ''],
    ['NextKeyMarker', next === undefined ? undefined : query.encode(next.key)],
    ['NextUploadIdMarker', next?.id],
    ['Prefix', query.encode(query.prefix)],
    ['Delimiter', query.delimiter === '' ? undefined : query.encode(query.delimiter)],
    ['MaxUploads', query.maxKeys],
    ['EncodingType', query.encodingType],
    ['IsTruncated', next !== undefined],
    ...uploads.map((upload): XmlElement => ['Upload', listedUpload(upload, query)]),
    ...prefixElements(prefixes, query),
  ]);
}

function listedUpload(upload: Upload, query: ListQuery): XmlElement[] {
  return [
    ['Key', query.encode(upload.key)],
    ['UploadId', upload.uploadId],
    ['Initiated', new Date(upload.initiatedMs).toISOString()],
    ...uploadElements(upload),
  ];
}
