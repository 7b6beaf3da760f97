import type { IncomingMessage } from 'node:http';
import { sha256Hex, uriEncode } from './signing.ts';

/** The parts of a request that a SigV4 signature covers, as they came over the wire. */
export interface SignedParts {
  method: string;
  rawPath: string;
  /** Without the question mark. */
  rawQuery: string;
  /** Every header's values in order, joined by commas, under its lower-cased name. */
  headers: Readonly<Record<string, string>>;
}

export function signedPartsOf(message: IncomingMessage): SignedParts {
  const url = message.url ?? '/';
  const questionMark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = (message.rawHeaders[index] ?? '').toLowerCase();
    const value = message.rawHeaders[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return {
    method: message.method ?? 'GET',
    rawPath: questionMark === -1 ? url : url.slice(0, questionMark),
    rawQuery: questionMark === -1 ? '' : url.slice(questionMark + 1),
    headers,
  };
}

/** Decodes percent escapes; text with a broken escape stays as it is, so that its signature simply does not match. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** S3 signs the path encoded once, every other service encodes it twice. */
function canonicalPath(rawPath: string, service: string): string {
  const encode = service === 's3' ? (part: string) => uriEncode(percentDecode(part)) : uriEncode;
  return rawPath.split('/').map(encode).join('/') || '/';
}

function canonicalQuery(rawQuery: string): string {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [uriEncode(percentDecode(name)), uriEncode(percentDecode(value.join('=')))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${name}=${value}`)
    .sort(byQueryOrder)
    .join('&');
}

/** By encoded name, then by encoded value; comparing whole pairs would put `a-b=` before `a=`. */
function byQueryOrder(first: string, second: string): number {
  const [firstName = '', firstValue = ''] = first.split('=');
  const [secondName = '', secondValue = ''] = second.split('=');
  if (firstName !== secondName) return firstName < secondName ? -1 : 1;
  if (firstValue === secondValue) return 0;
  return firstValue < secondValue ? -1 : 1;
}

/** SHA-256 of SigV4's canonical request. */
export function canonicalRequestHash(
  parts: SignedParts,
  service: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const headerLines = signedHeaders.map(
    (name) => `${name}:${(parts.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return sha256Hex(
    [
      parts.method,
      canonicalPath(parts.rawPath, service),
      canonicalQuery(parts.rawQuery),
      headerLines.join(''),
      signedHeaders.join(';'),
      payloadHash,
    ].join('\n'),
  );
}
