import type { AwsResponse } from '../../kernel/types.ts';
import { authorizeBucket } from './authorization.ts';
import type { BucketCall, S3Context } from './context.ts';
import { invalidArgument } from './errors.ts';
import { ownerElement, prefixElements } from './list-objects.ts';
import { behindPrefix, commonPrefixOf, type ListQuery, listConditions, parseListQuery } from './list-query.ts';
import type { ObjectVersion } from './object-version.ts';
import { type XmlElement, xmlResponse } from './xml.ts';

/** Behind a key and version sequence; sequences run downwards within a key. */
interface Place {
  key: string;
  sequence: number;
}

interface VersionPage {
  versions: ObjectVersion[];
  prefixes: string[];
  next?: { key: string; versionId?: string };
}

const readAhead = 256;
/** Below every sequence: the place behind all versions of a key. */
const behindAll = 0;

function startingPlace(context: S3Context, call: BucketCall, query: ListQuery): Place {
  const parameters = call.request.query;
  const keyMarker = parameters.get('key-marker') ?? '';
  const versionMarker = parameters.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionMarker,
    );
  }
  if (versionMarker !== '') {
    const marker = context.versions.version(call.bucket.name, keyMarker, versionMarker);
    return { key: keyMarker, sequence: marker?.sequence ?? behindAll };
  }
  const rolledUp = keyMarker.startsWith(query.prefix) ? commonPrefixOf(keyMarker, query) : undefined;
  return { key: rolledUp === undefined ? keyMarker : behindPrefix(rolledUp), sequence: behindAll };
}

function readPage(context: S3Context, call: BucketCall, query: ListQuery): VersionPage {
  const page: VersionPage = { versions: [], prefixes: [] };
  let place = startingPlace(context, call, query);
  let last: VersionPage['next'] = { key: '' };
  for (; query.maxKeys > 0; ) {
    const block = context.versions.versionsFrom(call.bucket.name, query.prefix, place.key, place.sequence, readAhead);
    let jump: Place | undefined;
    for (const version of block) {
      if (!version.key.startsWith(query.prefix)) return page;
      if (page.versions.length + page.prefixes.length === query.maxKeys) return { ...page, next: last };
      const common = commonPrefixOf(version.key, query);
      if (common === undefined) {
        page.versions.push(version);
        last = { key: version.key, versionId: version.versionId };
      } else {
        page.prefixes.push(common);
        last = { key: common };
        jump = { key: behindPrefix(common), sequence: behindAll };
        break;
      }
    }
    const end = block.at(-1);
    if (jump === undefined && (end === undefined || block.length < readAhead)) return page;
    place = jump ?? { key: end?.key ?? '', sequence: end?.sequence ?? behindAll };
  }
  return page;
}

export async function listObjectVersions(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  const { query: parameters } = call.request;
  authorizeBucket(context, call, 's3:ListBucketVersions', listConditions(parameters));
  const query = parseListQuery(parameters);
  const { versions, prefixes, next } = readPage(context, call, query);
  return xmlResponse('ListVersionsResult', [
    ['Name', call.bucket.name],
    ['Prefix', query.encode(query.prefix)],
    ['KeyMarker', query.encode(parameters.get('key-marker') ?? '')],
    ['VersionIdMarker', parameters.get('version-id-marker') ?? ''],
    ['Delimiter', query.delimiter === '' ? undefined : query.encode(query.delimiter)],
    ['MaxKeys', query.maxKeys],
    ['EncodingType', query.encodingType],
    ['IsTruncated', next !== undefined],
    ['NextKeyMarker', next === undefined ? undefined : query.encode(next.key)],
    ['NextVersionIdMarker', next?.versionId],
    ...versions.map((version) => versionElement(version, query)),
    ...prefixElements(prefixes, query),
  ]);
}

function versionElement(version: ObjectVersion, query: ListQuery): XmlElement {
  const shared: XmlElement[] = [
    ['Key', query.encode(version.key)],
    ['VersionId', version.versionId],
    ['IsLatest', version.isLatest],
    ['LastModified', new Date(version.modifiedMs).toISOString()],
  ];
  if (version.isDeleteMarker) return ['DeleteMarker', [...shared, ownerElement]];
  const content: XmlElement[] = [
    ['ETag', `"${version.etag}"`],
    ['Size', version.sizeBytes],
    ['StorageClass', version.storageClass],
    ownerElement,
  ];
  return ['Version', [...shared, ...content]];
}
