import { areEqual, attributeTypes, compareScalars, typeOf } from '../attribute-value.ts';
import type { ExpressionKind } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import { type Comparator, type Condition, describePath, type Operand } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

/**
 * Parses ConditionExpression, FilterExpression and KeyConditionExpression.
 *
 *     condition  = conjunction *("OR" conjunction)
 *     conjunction = negation *("AND" negation)
 *     negation   = "NOT" negation / "(" condition ")" / predicate
 *     predicate  = function / operand comparator operand / operand "BETWEEN" operand "AND" operand
 *                / operand "IN" "(" operand *("," operand) ")"
 *     operand    = path / :value / "size" "(" path ")"
 */
export function parseCondition(source: string, kind: ExpressionKind, placeholders: Placeholders): Condition {
  const reader = new TokenReader(source, kind, placeholders);
  const condition = disjunction(reader);
  reader.expectEnd();
  return condition;
}

function disjunction(reader: TokenReader): Condition {
  let left = conjunction(reader);
  while (reader.takeKeyword('OR')) {
    reader.countOperator();
    left = { kind: 'or', left, right: conjunction(reader) };
  }
  return left;
}

function conjunction(reader: TokenReader): Condition {
  let left = negation(reader);
  while (reader.takeKeyword('AND')) {
    reader.countOperator();
    left = { kind: 'and', left, right: negation(reader) };
  }
  return left;
}

function negation(reader: TokenReader): Condition {
  reader.countOperator();
  if (reader.takeKeyword('NOT')) return { kind: 'not', condition: negation(reader) };
  if (reader.takeSymbol('(')) {
    const condition = disjunction(reader);
    reader.expectSymbol(')');
    return condition;
  }
  return predicate(reader);
}

function predicate(reader: TokenReader): Condition {
  if (isCall(reader) && reader.peek().text !== 'size') return functionCondition(reader);
  const subject = operand(reader);
  if (reader.takeKeyword('BETWEEN')) return between(reader, subject);
  if (reader.takeKeyword('IN')) return membership(reader, subject);
  const comparator = comparatorOf(reader);
  const right = operand(reader);
  return comparison(reader, comparator, subject, right);
}

function isCall(reader: TokenReader): boolean {
  return reader.peek().kind === 'identifier' && reader.peek(1).text === '(';
}

function operand(reader: TokenReader): Operand {
  const token = reader.peek();
  if (token.kind === 'value') {
    reader.next();
    return { kind: 'value', name: token.text, value: reader.value(token) };
  }
  if (isCall(reader)) return sizeCall(reader);
  return { kind: 'path', path: reader.path() };
}

function sizeCall(reader: TokenReader): Operand {
  const name = reader.peek().text;
  if (name !== 'size') throw functionNotAllowed(reader, name);
  const [of, ...more] = callArguments(reader);
  if (of === undefined || more.length > 0)
    throw wrongOperandCount(reader, 'size', of === undefined ? 0 : 1 + more.length);
  if (of.kind === 'value')
    refuseTypes(reader, 'operator or function: size', of, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
  return { kind: 'size', of };
}

function callArguments(reader: TokenReader): Operand[] {
  reader.countOperator();
  reader.next();
  reader.expectSymbol('(');
  const operands = [operand(reader)];
  while (reader.takeSymbol(',')) operands.push(operand(reader));
  reader.expectSymbol(')');
  return operands;
}

const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

function functionCondition(reader: TokenReader): Condition {
  const name = reader.peek().text;
  const count = Object.hasOwn(operandCounts, name) ? operandCounts[name] : undefined;
  if (count === undefined) throw functionNotAllowed(reader, name);
  const operands = callArguments(reader);
  const [first, second = first] = operands;
  if (first === undefined || second === undefined || operands.length !== count) {
    throw wrongOperandCount(reader, name, operands.length);
  }
  if (name === 'begins_with') {
    refuseTypes(reader, 'operator or function: begins_with', first, ['S', 'B']);
    refuseTypes(reader, 'operator or function: begins_with', second, ['S', 'B']);
    return { kind: 'begins_with', subject: first, prefix: second };
  }
  if (name === 'contains') return { kind: 'contains', subject: first, element: second };
  if (first.kind !== 'path') {
    throw reader.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  if (name === 'attribute_type') return { kind: 'attribute_type', path: first.path, type: typeName(reader, second) };
  return { kind: 'exists', path: first.path, expected: name === 'attribute_exists' };
}

function functionNotAllowed(reader: TokenReader, name: string) {
  if (name === 'if_not_exists' || name === 'list_append') {
    return reader.error(`The function is not allowed in a condition expression; function: ${name}`);
  }
  if (Object.hasOwn(operandCounts, name)) {
    return reader.error(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }
  return reader.error(`Invalid function name; function: ${name}`);
}

function wrongOperandCount(reader: TokenReader, name: string, count: number) {
  return reader.error(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}

function typeName(reader: TokenReader, operandOfType: Operand): string {
  if (operandOfType.kind !== 'value' || !('S' in operandOfType.value)) {
    throw reader.error(
      'Incorrect operand type for operator or function; operator or function: attribute_type, operand type: unknown',
    );
  }
  const type = operandOfType.value.S;
  if (!attributeTypes.some((known) => known === type)) {
    throw reader.error(`Invalid attribute type name found; type: ${type}, valid types: {${attributeTypes.join(',')}}`);
  }
  return type;
}

function refuseTypes(reader: TokenReader, where: string, checked: Operand, allowed: readonly string[]): void {
  if (checked.kind !== 'value') return;
  const type = typeOf(checked.value);
  if (!allowed.includes(type)) {
    throw reader.error(`Incorrect operand type for operator or function; ${where}, operand type: ${type}`);
  }
}

function between(reader: TokenReader, subject: Operand): Condition {
  const lower = operand(reader);
  if (!reader.takeKeyword('AND')) throw reader.syntaxError();
  const upper = operand(reader);
  for (const bound of [lower, upper]) refuseTypes(reader, 'operator: BETWEEN', bound, ['S', 'N', 'B']);
  if (lower.kind === 'value' && upper.kind === 'value') {
    const order = compareScalars(lower.value, upper.value);
    const bounds = `lower bound operand: AttributeValue: ${shown(lower)}, upper bound operand: AttributeValue: ${shown(upper)}`;
    if (order === undefined) {
      throw reader.error(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
    }
    if (order > 0) {
      throw reader.error(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
    }
  }
  return { kind: 'between', subject, lower, upper };
}

function shown(operandOfValue: Extract<Operand, { kind: 'value' }>): string {
  const type = typeOf(operandOfValue.value);
  return `{${type}:${Object.values(operandOfValue.value)[0]}}`;
}

function membership(reader: TokenReader, subject: Operand): Condition {
  reader.expectSymbol('(');
  const candidates = [operand(reader)];
  while (reader.takeSymbol(',')) candidates.push(operand(reader));
  reader.expectSymbol(')');
  if (candidates.length > 100) throw wrongOperandCount(reader, 'IN', candidates.length + 1);
  return { kind: 'in', subject, candidates };
}

const comparators: readonly Comparator[] = ['=', '<>', '<', '<=', '>', '>='];

function comparatorOf(reader: TokenReader): Comparator {
  const comparator = comparators.find((known) => reader.takeSymbol(known));
  if (comparator === undefined) throw reader.syntaxError();
  return comparator;
}

function comparison(reader: TokenReader, comparator: Comparator, left: Operand, right: Operand): Condition {
  if (comparator !== '=' && comparator !== '<>') {
    for (const side of [left, right]) refuseTypes(reader, `operator: ${comparator}`, side, ['S', 'N', 'B']);
  }
  if (isSameOperand(left, right)) {
    const shownOperand = left.kind === 'path' ? describePath(left.path) : '';
    throw reader.error(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${comparator}, first operand: ${shownOperand}`,
    );
  }
  return { kind: 'comparison', comparator, left, right };
}

function isSameOperand(left: Operand, right: Operand): boolean {
  if (left.kind === 'path' && right.kind === 'path') return describePath(left.path) === describePath(right.path);
  return (
    left.kind === 'value' && right.kind === 'value' && left.name === right.name && areEqual(left.value, right.value)
  );
}
