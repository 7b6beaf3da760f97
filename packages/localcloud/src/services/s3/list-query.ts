import { invalidArgument } from './errors.ts';

const pageLimit = 1000;

/** Parameters that the listings share. */
export interface ListQuery {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** Encodes keys for the answer, as `encoding-type` asks. */
  encode: (text: string) => string;
  encodingType: string | undefined;
}

export function parseListQuery(query: URLSearchParams, limitName = 'max-keys'): ListQuery {
  const encodingType = query.get('encoding-type') ?? undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: parseLimit(query, limitName),
    encode: encodingType === undefined ? (text) => text : urlEncoded,
    encodingType,
  };
}

export function parseLimit(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null) return pageLimit;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
  return Math.min(limit, pageLimit);
}

/** Form encoding with slashes left alone, as S3 lists keys under `encoding-type=url`. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

/** The common prefix that a key rolls up into, if the delimiter follows the asked prefix in it. */
export function commonPrefixOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** Sorts behind every key that begins with the prefix: no character of a key is higher. */
export function behindPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

/** Policy condition keys of a listing. */
export function listConditions(query: URLSearchParams): Record<string, string> {
  const conditions: Record<string, string> = { 's3:prefix': query.get('prefix') ?? '' };
  for (const name of ['delimiter', 'max-keys']) {
    const value = query.get(name);
    if (value !== null) conditions[`s3:${name}`] = value;
  }
  return conditions;
}
