import type { AttributeValue } from '../attribute-value.ts';

/** A document path: an attribute's name, then map keys (strings) and list indexes (numbers). */
export type DocumentPath = readonly [string, ...(string | number)[]];

export type Operand =
  | { kind: 'path'; path: DocumentPath }
  | { kind: 'value'; name: string; value: AttributeValue }
  | { kind: 'size'; of: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { kind: 'comparison'; comparator: Comparator; left: Operand; right: Operand }
  | { kind: 'between'; subject: Operand; lower: Operand; upper: Operand }
  | { kind: 'in'; subject: Operand; candidates: Operand[] }
  | { kind: 'exists'; path: DocumentPath; expected: boolean }
  | { kind: 'attribute_type'; path: DocumentPath; type: string }
  | { kind: 'begins_with'; subject: Operand; prefix: Operand }
  | { kind: 'contains'; subject: Operand; element: Operand }
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'not'; condition: Condition };

/** The right side of a SET action. */
export type UpdateValue =
  | { kind: 'path'; path: DocumentPath }
  | { kind: 'value'; value: AttributeValue }
  | { kind: 'if_not_exists'; path: DocumentPath; otherwise: UpdateValue }
  | { kind: 'list_append'; first: UpdateValue; second: UpdateValue }
  | { kind: 'plus' | 'minus'; left: UpdateValue; right: UpdateValue };

export type UpdateAction =
  | { kind: 'set'; path: DocumentPath; value: UpdateValue }
  | { kind: 'remove'; path: DocumentPath }
  | { kind: 'add' | 'delete'; path: DocumentPath; value: AttributeValue };

export function describePath(path: DocumentPath): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}
