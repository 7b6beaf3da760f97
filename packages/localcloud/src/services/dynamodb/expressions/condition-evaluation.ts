import { type AttributeValue, areEqual, attributeOf, compareScalars, type Item, typeOf } from '../attribute-value.ts';
import type { Comparator, Condition, DocumentPath, Operand } from './syntax.ts';

/** Whether the item (undefined: there is none) meets the condition. A missing attribute equals nothing and orders with nothing. */
export function meets(condition: Condition, item: Item | undefined): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, item) && meets(condition.right, item);
    case 'or':
      return meets(condition.left, item) || meets(condition.right, item);
    case 'not':
      return !meets(condition.condition, item);
    case 'exists':
      return (resolvePath(item, condition.path) !== undefined) === condition.expected;
    case 'attribute_type': {
      const value = resolvePath(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'comparison':
      return compares(condition.comparator, resolve(condition.left, item), resolve(condition.right, item));
    case 'between': {
      const subject = resolve(condition.subject, item);
      return (
        compares('>=', subject, resolve(condition.lower, item)) &&
        compares('<=', subject, resolve(condition.upper, item))
      );
    }
    case 'in': {
      const subject = resolve(condition.subject, item);
      return condition.candidates.some((candidate) => compares('=', subject, resolve(candidate, item)));
    }
    case 'begins_with':
      return beginsWith(resolve(condition.subject, item), resolve(condition.prefix, item));
    case 'contains':
      return contains(resolve(condition.subject, item), resolve(condition.element, item));
  }
}

export function resolvePath(item: Item | undefined, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = item && attributeOf(item, path[0]);
  for (const part of path.slice(1)) {
    if (value === undefined) return undefined;
    if (typeof part === 'number') value = 'L' in value ? value.L[part] : undefined;
    else value = 'M' in value ? attributeOf(value.M, part) : undefined;
  }
  return value;
}

function resolve(operand: Operand, item: Item | undefined): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return resolvePath(item, operand.path);
  const size = sizeOf(resolve(operand.of, item));
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return setElements(value)?.length;
}

function setElements(value: AttributeValue): string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS;
  return undefined;
}

function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return areEqual(left, right);
  if (comparator === '<>') return !areEqual(left, right);
  const order = compareScalars(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

function beginsWith(subject: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (subject === undefined || prefix === undefined) return false;
  if ('S' in subject && 'S' in prefix) return subject.S.startsWith(prefix.S);
  if (!('B' in subject && 'B' in prefix)) return false;
  const bytes = Buffer.from(prefix.B, 'base64');
  return Buffer.from(subject.B, 'base64').subarray(0, bytes.length).equals(bytes);
}

function contains(subject: AttributeValue | undefined, element: AttributeValue | undefined): boolean {
  if (subject === undefined || element === undefined) return false;
  if ('L' in subject) return subject.L.some((candidate) => areEqual(candidate, element));
  if ('S' in element)
    return 'S' in subject ? subject.S.includes(element.S) : 'SS' in subject && subject.SS.includes(element.S);
  if ('N' in element) return 'NS' in subject && subject.NS.includes(element.N);
  if (!('B' in element)) return false;
  if ('BS' in subject) return subject.BS.includes(element.B);
  return 'B' in subject && Buffer.from(subject.B, 'base64').includes(Buffer.from(element.B, 'base64'));
}
