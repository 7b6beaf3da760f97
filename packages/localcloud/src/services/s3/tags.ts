import { AwsError } from '../../kernel/types.ts';
import { invalidArgument } from './errors.ts';
import { parseXml, type XmlElement } from './xml.ts';

export type Tags = Record<string, string>;

const maximumTags = 10;

function checkedTags(pairs: readonly (readonly [string, string])[]): Tags {
  if (pairs.length > maximumTags) {
    throw new AwsError('BadRequest', 400, 'Object tags cannot be greater than 10');
  }
  const tags: Tags = {};
  for (const [name, value] of pairs) {
    if (name === '' || name.length > 128) {
      throw new AwsError('InvalidTag', 400, 'The TagKey you have provided is invalid', { TagKey: name });
    }
    if (value.length > 256) {
      throw new AwsError('InvalidTag', 400, 'The TagValue you have provided is invalid', { TagKey: name });
    }
    if (name in tags) {
      throw new AwsError('InvalidTag', 400, 'Cannot provide multiple Tags with the same key', { TagKey: name });
    }
    tags[name] = value;
  }
  return tags;
}

/** The `x-amz-tagging` header: tags as a URL query. */
export function parseTagHeader(header: string | undefined): Tags {
  if (header === undefined || header === '') return {};
  const pairs = [...new URLSearchParams(header)];
  if (pairs.length === 0) throw invalidArgument('The header is not a URL query.', 'x-amz-tagging', header);
  return checkedTags(pairs);
}

export function parseTagDocument(body: Uint8Array): Tags {
  const tags = parseXml(body, 'Tagging').child('TagSet')?.children('Tag') ?? [];
  return checkedTags(tags.map((tag) => [tag.text('Key') ?? '', tag.text('Value') ?? '']));
}

export function tagElements(tags: Tags): XmlElement[] {
  return Object.entries(tags).map(
    ([name, value]): XmlElement => [
      'Tag',
      [
        ['Key', name],
        ['Value', value],
      ],
    ],
  );
}
