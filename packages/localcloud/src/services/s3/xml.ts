import { XMLParser } from 'fast-xml-parser';
import type { AwsResponse } from '../../kernel/types.ts';
import { malformedXml } from './errors.ts';

/** XML content: text, or a list of elements in order. `undefined` elements are left out. */
export type XmlContent = string | number | boolean | readonly XmlElement[];
export type XmlElement = readonly [name: string, content: XmlContent | undefined];

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

function renderElement([name, content]: XmlElement): string {
  if (content === undefined) return '';
  const inner = typeof content === 'object' ? content.map(renderElement).join('') : escapeXml(String(content));
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

/** A whole document; errors carry no namespace, results do. */
export function xmlDocument(root: string, content: readonly XmlElement[], namespaced = true): string {
  const attribute = namespaced ? ` xmlns="${namespace}"` : '';
  return `${declaration}<${root}${attribute}>${content.map(renderElement).join('')}</${root}>`;
}

export function xmlResponse(
  root: string,
  content: readonly XmlElement[],
  headers: Record<string, string> = {},
): AwsResponse {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: xmlDocument(root, content) };
}

/** An element of a parsed document. Text of leaf elements, untyped as S3 sends it. */
export interface XmlNode {
  text(name: string): string | undefined;
  texts(name: string): string[];
  child(name: string): XmlNode | undefined;
  children(name: string): XmlNode[];
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  processEntities: true,
  htmlEntities: true,
});

function nodeOf(value: unknown): XmlNode {
  const record: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const list = (name: string): unknown[] => {
    const found = record[name];
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  };
  return {
    text: (name) => {
      const first = list(name)[0];
      return typeof first === 'string' ? first : undefined;
    },
    texts: (name) => list(name).filter((item) => typeof item === 'string'),
    child: (name) => (list(name).length === 0 ? undefined : nodeOf(list(name)[0])),
    children: (name) => list(name).map(nodeOf),
  };
}

/** @throws AwsError `MalformedXML` unless the body is a document with the named root. */
export function parseXml(body: Uint8Array, root: string): XmlNode {
  let document: unknown;
  try {
    document = parser.parse(Buffer.from(body).toString('utf8'), true);
  } catch {
    throw malformedXml();
  }
  const node = nodeOf(document).child(root);
  if (node === undefined) throw malformedXml();
  return node;
}
