import { type ExpressionKind, invalidExpression } from './lexer.ts';
import { type DocumentPath, describePath } from './syntax.ts';

/** Refuses two paths of which one contains the other, or which take one value for a list here and a map there. */
export function refuseOverlaps(paths: readonly DocumentPath[], kind: ExpressionKind): void {
  for (const [index, first] of paths.entries()) {
    for (const second of paths.slice(index + 1)) refuseOverlap(first, second, kind);
  }
}

function refuseOverlap(first: DocumentPath, second: DocumentPath, kind: ExpressionKind): void {
  const length = Math.min(first.length, second.length);
  const fork = first.findIndex((part, index) => index < length && part !== second[index]);
  const named = `path one: ${describePath(first)}, path two: ${describePath(second)}`;
  if (fork === -1) {
    throw invalidExpression(
      kind,
      `Two document paths overlap with each other; must remove or rewrite one of these paths; ${named}`,
    );
  }
  if (typeof first[fork] !== typeof second[fork]) {
    throw invalidExpression(
      kind,
      `Two document paths conflict with each other; must remove or rewrite one of these paths; ${named}`,
    );
  }
}
