import { type AwsResponse, accountId } from '../../kernel/types.ts';
import { authorizeBucket } from './authorization.ts';
import type { BucketCall, S3Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import { behindPrefix, commonPrefixOf, type ListQuery, listConditions, parseListQuery } from './list-query.ts';
import type { ObjectVersion } from './object-version.ts';
import { type XmlElement, xmlResponse } from './xml.ts';

interface ObjectPage {
  objects: ObjectVersion[];
  prefixes: string[];
  /** The last key or common prefix of this page, when more follow. */
  next?: string;
}

/** Keys are read in blocks of this many, or fewer where common prefixes make jumps likely. */
const readAhead = 256;

/**
 * One page of current keys after `after`. A common prefix counts as one key and is jumped over in the index, so a
 * listing of folders costs the number of folders.
 */
function readPage(context: S3Context, bucket: string, query: ListQuery, after: string): ObjectPage {
  const page: ObjectPage = { objects: [], prefixes: [] };
  if (query.maxKeys === 0) return page;
  let place = after < query.prefix ? { from: query.prefix, isExclusive: false } : { from: after, isExclusive: true };
  const skipped = commonPrefixOf(after, query);
  if (skipped !== undefined && after.startsWith(query.prefix))
    place = { from: behindPrefix(skipped), isExclusive: true };
  let last = after;
  for (;;) {
    const block = context.versions.currentKeys(bucket, place.from, place.isExclusive, readAhead);
    let jump: string | undefined;
    for (const version of block) {
      if (!version.key.startsWith(query.prefix)) return page;
      if (page.objects.length + page.prefixes.length === query.maxKeys) return { ...page, next: last };
      const common = commonPrefixOf(version.key, query);
      last = common ?? version.key;
      if (common === undefined) page.objects.push(version);
      else {
        page.prefixes.push(common);
        jump = behindPrefix(common);
        break;
      }
    }
    if (jump === undefined && block.length < readAhead) return page;
    place = { from: jump ?? block.at(-1)?.key ?? '', isExclusive: true };
  }
}

export async function listObjectsV2(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  const { query: parameters } = call.request;
  authorizeBucket(context, call, 's3:ListBucket', listConditions(parameters));
  const query = parseListQuery(parameters);
  const token = parameters.get('continuation-token');
  const startAfter = parameters.get('start-after') ?? undefined;
  const page = readPage(context, call.bucket.name, query, token === null ? (startAfter ?? '') : decodeToken(token));
  const withOwner = parameters.get('fetch-owner') === 'true';
  return xmlResponse('ListBucketResult', [
    ['Name', call.bucket.name],
    ['Prefix', query.encode(query.prefix)],
    ['Delimiter', query.delimiter === '' ? undefined : query.encode(query.delimiter)],
    ['MaxKeys', query.maxKeys],
    ['EncodingType', query.encodingType],
    ['KeyCount', page.objects.length + page.prefixes.length],
    ['StartAfter', startAfter === undefined ? undefined : query.encode(startAfter)],
    ['IsTruncated', page.next !== undefined],
    ['ContinuationToken', token ?? undefined],
    ['NextContinuationToken', page.next === undefined ? undefined : Buffer.from(page.next).toString('base64')],
    ...page.objects.map((object): XmlElement => ['Contents', objectElements(object, query, withOwner)]),
    ...prefixElements(page.prefixes, query),
  ]);
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64');
  if (token === '' || text.toString('base64') !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return text.toString('utf8');
}

export function prefixElements(prefixes: readonly string[], query: ListQuery): XmlElement[] {
  return prefixes.map((prefix): XmlElement => ['CommonPrefixes', [['Prefix', query.encode(prefix)]]]);
}

export const ownerElement: XmlElement = ['Owner', [['ID', accountId]]];

function objectElements(object: ObjectVersion, query: ListQuery, withOwner: boolean): XmlElement[] {
  const { checksum } = object.attributes;
  return [
    ['Key', query.encode(object.key)],
    ['LastModified', new Date(object.modifiedMs).toISOString()],
    ['ETag', `"${object.etag}"`],
    ['ChecksumAlgorithm', checksum?.algorithm],
    ['ChecksumType', checksum?.type],
    ['Size', object.sizeBytes],
    ['StorageClass', object.storageClass],
    ...(withOwner ? [ownerElement] : []),
  ];
}
