import { type AttributeValue, typeOf } from '../attribute-value.ts';
import { refuseOverlaps } from './path-overlap.ts';
import type { Placeholders } from './placeholders.ts';
import type { UpdateAction, UpdateValue } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
const sections: readonly Section[] = ['SET', 'REMOVE', 'ADD', 'DELETE'];

/**
 * Parses an UpdateExpression: each of the sections SET, REMOVE, ADD and DELETE at most once, in any order.
 *
 *     set    = path "=" sum            sum  = term *(("+" / "-") term), at most one operator as in AWS
 *     remove = path                    term = path / :value / "(" sum ")" / "if_not_exists" "(" path "," sum ")"
 *     add, delete = path :value               / "list_append" "(" sum "," sum ")"
 */
export function parseUpdate(source: string, placeholders: Placeholders): UpdateAction[] {
  const reader = new TokenReader(source, 'UpdateExpression', placeholders);
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  while (reader.peek().kind !== 'end') {
    const section = sections.find((word) => reader.takeKeyword(word));
    if (section === undefined) throw reader.syntaxError();
    if (seen.has(section)) {
      throw reader.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(action(reader, section));
    while (reader.takeSymbol(','));
  }
  refuseOverlaps(
    actions.map(({ path }) => path),
    'UpdateExpression',
  );
  return actions;
}

function action(reader: TokenReader, section: Section): UpdateAction {
  reader.countOperator();
  const path = reader.path();
  switch (section) {
    case 'SET':
      reader.expectSymbol('=');
      return { kind: 'set', path, value: sum(reader) };
    case 'REMOVE':
      return { kind: 'remove', path };
    case 'ADD':
      return { kind: 'add', path, value: literal(reader, 'ADD', ['N', 'SS', 'NS', 'BS']) };
    case 'DELETE':
      return { kind: 'delete', path, value: literal(reader, 'DELETE', ['SS', 'NS', 'BS']) };
  }
}

function literal(reader: TokenReader, section: 'ADD' | 'DELETE', allowed: readonly string[]): AttributeValue {
  const token = reader.peek();
  if (token.kind !== 'value') throw reader.syntaxError();
  reader.next();
  const value = reader.value(token);
  const type = typeOf(value);
  if (!allowed.includes(type)) {
    throw reader.error(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${longNames[type] ?? type}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  }
  return value;
}

const longNames: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

function sum(reader: TokenReader): UpdateValue {
  const left = term(reader);
  const kind = reader.takeSymbol('+') ? 'plus' : reader.takeSymbol('-') ? 'minus' : undefined;
  if (kind === undefined) return left;
  reader.countOperator();
  const right = term(reader);
  for (const side of [left, right]) refuseOperand(reader, kind === 'plus' ? '+' : '-', side, 'N');
  return { kind, left, right };
}

function term(reader: TokenReader): UpdateValue {
  const token = reader.peek();
  if (token.kind === 'value') {
    reader.next();
    return { kind: 'value', value: reader.value(token) };
  }
  if (reader.takeSymbol('(')) {
    const inner = sum(reader);
    reader.expectSymbol(')');
    return inner;
  }
  if (token.kind === 'identifier' && reader.peek(1).text === '(') return call(reader, token.text);
  return { kind: 'path', path: reader.path() };
}

function call(reader: TokenReader, name: string): UpdateValue {
  reader.countOperator();
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw reader.error(`Invalid function name; function: ${name}`);
  }
  reader.next();
  reader.expectSymbol('(');
  const first = sum(reader);
  if (!reader.takeSymbol(',')) throw wrongOperandCount(reader, name, 1);
  const second = sum(reader);
  if (!reader.takeSymbol(')')) throw wrongOperandCount(reader, name, 3);
  if (name === 'if_not_exists') {
    if (first.kind !== 'path') {
      throw reader.error('Operator or function requires a document path; operator or function: if_not_exists');
    }
    return { kind: 'if_not_exists', path: first.path, otherwise: second };
  }
  for (const side of [first, second]) refuseOperand(reader, 'list_append', side, 'L');
  return { kind: 'list_append', first, second };
}

function wrongOperandCount(reader: TokenReader, name: string, count: number) {
  if (reader.peek().kind === 'end') return reader.syntaxError();
  return reader.error(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}

function refuseOperand(reader: TokenReader, operator: string, side: UpdateValue, allowed: string): void {
  if (side.kind !== 'value' || typeOf(side.value) === allowed) return;
  throw reader.error(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(side.value)}`,
  );
}
