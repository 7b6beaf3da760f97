import { scimUrns } from '@afterimage/contracts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';

/** `emails[type eq "work"].value`: an attribute, a condition on its values and a part of these (RFC 7644, figure 1). */
export interface AttributePath {
  /** Folded, without the URN of its schema: names of attributes are compared so. With its part: `name.familyname`. */
  name: string;
  condition?: { name: string; value: string | boolean };
  /** Of an extension: `urn:…:enterprise:2.0:User:department`. */
  isExtension: boolean;
}

const literal = String.raw`"(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?`;
const attribute = String.raw`(urn:[\w.:-]+:)?(\$?[a-z][\w$-]*(?:\.\$?[a-z][\w$-]*)?)`;
const condition = String.raw`(?:\[\s*([a-z][\w.]*)\s+eq\s+(${literal})\s*\])?`;
const part = String.raw`(\.[a-z][\w$-]*)?`;
const pathText = attribute + condition + part;

const pathPattern = new RegExp(`^${pathText}$`, 'i');
const comparisonPattern = new RegExp(String.raw`${pathText}\s+([a-z]{2})(?:\s+(${literal}))?\s*`, 'iy');
const andPattern = /and\s+/iy;

/** @throws ScimRefusal invalidPath */
export function readPath(text: string): AttributePath {
  const match = pathPattern.exec(text.trim());
  if (match === null)
    throw new ScimRefusal('invalidPath', `"${text.slice(0, 200)}" is no path that is understood here.`);
  return pathOf(match);
}

export interface Comparison {
  path: AttributePath;
  value: string | boolean;
}

/**
 * Comparisons that must all hold: `eq`, joined by `and`, which is what identity providers ask for.
 * @throws ScimRefusal invalidFilter
 */
export function readFilter(text: string): Comparison[] {
  const filter = text.trim();
  const comparisons: Comparison[] = [];
  for (let at = 0; ; ) {
    comparisonPattern.lastIndex = at;
    const match = comparisonPattern.exec(filter);
    const value = match?.[7];
    if (match === null || match[6]?.toLowerCase() !== 'eq' || value === undefined) throw refuseFilter(filter);
    comparisons.push({ path: pathOf(match), value: literalOf(value) });
    at = comparisonPattern.lastIndex;
    if (at === filter.length) return comparisons;
    andPattern.lastIndex = at;
    if (!andPattern.test(filter)) throw refuseFilter(filter);
    at = andPattern.lastIndex;
  }
}

function refuseFilter(filter: string): ScimRefusal {
  return new ScimRefusal(
    'invalidFilter',
    `"${filter.slice(0, 200)}" is no filter that is understood here: comparisons with eq, joined by and.`,
  );
}

function pathOf([, urn = '', bare = '', conditionName, conditionValue, sub = '']: RegExpExecArray): AttributePath {
  const schema = urn.slice(0, -1).toLowerCase();
  const isCore = schema === '' || schema === scimUrns.user.toLowerCase() || schema === scimUrns.group.toLowerCase();
  return {
    name: `${bare}${sub}`.toLowerCase(),
    ...(conditionName === undefined || conditionValue === undefined
      ? {}
      : { condition: { name: conditionName.toLowerCase(), value: literalOf(conditionValue) } }),
    isExtension: !isCore,
  };
}

/** A literal of JSON; numbers and null are compared as they are written. */
function literalOf(text: string): string | boolean {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new ScimRefusal('invalidFilter', `${text.slice(0, 200)} is no text as JSON has it.`);
  }
}
