import type { AttributeValue } from '../attribute-value.ts';
import { type ExpressionKind, invalidExpression, type Token, tokenize } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import { isReservedWord } from './reserved-words.ts';
import type { DocumentPath } from './syntax.ts';

const mostOperators = 300;

/** The cursor that the expression parsers share: tokens, placeholders and document paths. */
export class TokenReader {
  readonly kind: ExpressionKind;
  private readonly source: string;
  private readonly tokens: Token[];
  private readonly placeholders: Placeholders;
  private position = 0;
  private operators = 0;

  constructor(source: string, kind: ExpressionKind, placeholders: Placeholders) {
    this.source = source;
    this.kind = kind;
    this.tokens = tokenize(source, kind);
    this.placeholders = placeholders;
  }

  peek(ahead = 0): Token {
    return this.tokens[this.position + ahead] ?? { kind: 'end', text: '<EOF>', start: this.source.length };
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  takeSymbol(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.position += 1;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.syntaxError();
  }

  isKeyword(word: string): boolean {
    const token = this.peek();
    return token.kind === 'identifier' && token.text.toUpperCase() === word;
  }

  takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.position += 1;
    return true;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.syntaxError();
  }

  /** Bounds the recursion: AWS allows 300 operators and functions in an expression. */
  countOperator(): void {
    this.operators += 1;
    if (this.operators > mostOperators) {
      throw this.error(
        `The expression contains too many operators and functions; operator count: ${this.operators}, max operators: ${mostOperators}`,
      );
    }
  }

  value(token: Token): AttributeValue {
    return this.placeholders.value(token.text, this.kind);
  }

  /** `a.#b[3].c` */
  path(): DocumentPath {
    const parts: [string, ...(string | number)[]] = [this.pathName()];
    for (;;) {
      if (this.takeSymbol('.')) parts.push(this.pathName());
      else if (this.takeSymbol('[')) parts.push(this.listIndex());
      else return parts;
    }
  }

  private pathName(): string {
    const token = this.peek();
    if (token.kind === 'name') {
      this.position += 1;
      return this.placeholders.name(token.text, this.kind);
    }
    if (token.kind !== 'identifier') throw this.syntaxError();
    if (isReservedWord(token.text)) {
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.position += 1;
    return token.text;
  }

  private listIndex(): number {
    if (this.peek().kind !== 'number') throw this.syntaxError();
    const index = Number(this.next().text);
    this.expectSymbol(']');
    return index;
  }

  error(detail: string) {
    return invalidExpression(this.kind, detail);
  }

  syntaxError() {
    const token = this.peek();
    const previous = this.tokens[this.position - 1];
    const following = this.peek(1);
    const end =
      token.kind === 'end' ? token.start : following.start + (following.kind === 'end' ? 0 : following.text.length);
    const near = this.source.slice(previous?.start ?? token.start, end).trim();
    return this.error(`Syntax error; token: "${token.text}", near: "${near}"`);
  }
}
