/**
 * JSON Canonicalization Scheme (RFC 8785): no space, members sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them. Throws `TypeError` on what JSON can't carry.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('JSON has no such number');
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('a lone surrogate has no UTF-8');
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return JSON.stringify(value);
  throw new TypeError(`JSON has no ${typeof value}`);
}

function canonicalObject(object: object): string {
  const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, value]) => `${canonicalJson(key)}:${canonicalJson(value)}`).join(',')}}`;
}
