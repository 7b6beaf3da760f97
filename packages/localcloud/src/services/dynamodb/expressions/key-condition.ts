import type { AttributeValue } from '../attribute-value.ts';
import { typeOf } from '../attribute-value.ts';
import { validationError } from '../errors.ts';
import type { KeyAttribute } from '../table-definition.ts';
import { parseCondition } from './condition-parser.ts';
import { invalidExpression } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import type { Condition, Operand } from './syntax.ts';

/** What a query asks of the sort key. */
export type SortKeyCondition =
  | { kind: '=' | '<' | '<=' | '>' | '>='; value: AttributeValue }
  | { kind: 'between'; lower: AttributeValue; upper: AttributeValue }
  | { kind: 'begins_with'; prefix: AttributeValue };

export interface KeyCondition {
  partitionKey: AttributeValue;
  sortKey: SortKeyCondition | undefined;
}

/** One side of the AND: which attribute, and what of it. */
interface KeyTerm {
  attribute: string;
  condition: SortKeyCondition;
}

export function parseKeyCondition(
  source: string,
  placeholders: Placeholders,
  partition: KeyAttribute,
  sort: KeyAttribute | undefined,
): KeyCondition {
  const terms = termsOf(parseCondition(source, 'KeyConditionExpression', placeholders));
  const names = terms.map(({ attribute }) => attribute);
  if (new Set(names).size < names.length) {
    throw invalidExpression(
      'KeyConditionExpression',
      'KeyConditionExpressions must only contain one condition per key',
    );
  }
  if (terms.length > 2) throw validationError('Conditions can be of length 1 or 2 only');
  const partitionTerm = terms.find(({ attribute }) => attribute === partition.name);
  if (partitionTerm === undefined) throw missedKey(partition.name);
  const others = terms.filter((term) => term !== partitionTerm);
  const [sortTerm] = others;
  if (sortTerm !== undefined && sortTerm.attribute !== sort?.name) {
    throw sort === undefined ? notSupported() : missedKey(sort.name);
  }
  if (partitionTerm.condition.kind !== '=') throw notSupported();
  checkTypes(partition, partitionTerm.condition);
  if (sort !== undefined && sortTerm !== undefined) checkTypes(sort, sortTerm.condition);
  return { partitionKey: partitionTerm.condition.value, sortKey: sortTerm?.condition };
}

function termsOf(condition: Condition): KeyTerm[] {
  switch (condition.kind) {
    case 'and':
      return [...termsOf(condition.left), ...termsOf(condition.right)];
    case 'comparison': {
      if (condition.comparator === '<>') throw unsupportedOperator('<>');
      const value = condition.right;
      return [keyTerm(condition.left, { kind: condition.comparator, value: constant(value) })];
    }
    case 'between':
      return [
        keyTerm(condition.subject, {
          kind: 'between',
          lower: constant(condition.lower),
          upper: constant(condition.upper),
        }),
      ];
    case 'begins_with':
      return [keyTerm(condition.subject, { kind: 'begins_with', prefix: constant(condition.prefix) })];
    default:
      throw unsupportedOperator(operatorNames[condition.kind] ?? condition.kind);
  }
}

const operatorNames: Readonly<Record<string, string>> = { or: 'OR', not: 'NOT', in: 'IN', exists: 'attribute_exists' };

function keyTerm(subject: Operand, condition: SortKeyCondition): KeyTerm {
  if (subject.kind !== 'path') throw notSupported();
  if (subject.path.length > 1) {
    throw invalidExpression(
      'KeyConditionExpression',
      'KeyConditionExpressions cannot have conditions on nested attributes',
    );
  }
  return { attribute: subject.path[0], condition };
}

function constant(operand: Operand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  throw invalidExpression('KeyConditionExpression', 'KeyConditionExpressions must compare a key with a value');
}

function checkTypes(key: KeyAttribute, condition: SortKeyCondition): void {
  if (condition.kind === 'begins_with' && key.type === 'N') {
    throw invalidExpression(
      'KeyConditionExpression',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    );
  }
  const values =
    condition.kind === 'between'
      ? [condition.lower, condition.upper]
      : [condition.kind === 'begins_with' ? condition.prefix : condition.value];
  if (values.some((value) => typeOf(value) !== key.type)) {
    throw validationError(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
  }
  if (
    condition.kind === '=' &&
    values.some((value) => ('S' in value && value.S === '') || ('B' in value && value.B === ''))
  ) {
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key.name}`,
    );
  }
}

function missedKey(name: string) {
  return validationError(`Query condition missed key schema element: ${name}`);
}

function notSupported() {
  return validationError('Query key condition not supported');
}

function unsupportedOperator(operator: string) {
  return invalidExpression('KeyConditionExpression', `Invalid operator used in KeyConditionExpression: ${operator}`);
}
