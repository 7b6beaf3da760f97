import { validationError } from '../errors.ts';

export type TokenKind = 'identifier' | 'name' | 'value' | 'number' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  /** Offset of the first character in the expression. */
  start: number;
}

/** Which request parameter an expression came from; AWS names it in every refusal. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

const pattern = /\s+|([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])/y;
const kinds: readonly TokenKind[] = ['identifier', 'name', 'value', 'number', 'symbol'];
const longestExpression = 4096;

export function tokenize(expression: string, kind: ExpressionKind): Token[] {
  if (expression.trim() === '') throw invalidExpression(kind, 'The expression can not be empty;');
  if (Buffer.byteLength(expression) > longestExpression) {
    throw invalidExpression(
      kind,
      `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(expression)}`,
    );
  }
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(expression);
    if (match === null) throw unexpectedCharacter(expression, position, kind);
    const group = match.slice(1).findIndex((text) => text !== undefined);
    const tokenKind = kinds[group];
    if (tokenKind !== undefined) tokens.push({ kind: tokenKind, text: match[0], start: position });
    position = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: expression.length });
  return tokens;
}

export function invalidExpression(kind: ExpressionKind, detail: string) {
  return validationError(`Invalid ${kind}: ${detail}`);
}

function unexpectedCharacter(expression: string, position: number, kind: ExpressionKind) {
  const near = expression.slice(Math.max(0, position - 5), position + 5).trim();
  return invalidExpression(kind, `Syntax error; token: "${expression[position]}", near: "${near}"`);
}
