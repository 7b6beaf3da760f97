import { type AttributeValue, attributeOf, type Item } from '../attribute-value.ts';
import { refuseOverlaps } from './path-overlap.ts';
import type { Placeholders } from './placeholders.ts';
import type { DocumentPath } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

export function parseProjection(source: string, placeholders: Placeholders): DocumentPath[] {
  const reader = new TokenReader(source, 'ProjectionExpression', placeholders);
  const paths = [reader.path()];
  while (reader.takeSymbol(',')) paths.push(reader.path());
  reader.expectEnd();
  refuseOverlaps(paths, 'ProjectionExpression');
  return paths;
}

/** What is kept below a point of a document: all of it, or only some children. */
type Selection = Map<string | number, Selection> | 'all';

/** The parts of the item that the paths name. Chosen list elements close ranks, in their order. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const root = new Map<string | number, Selection>();
  for (const path of paths) select(root, path);
  return projectMap(item, root);
}

function select(root: Map<string | number, Selection>, path: DocumentPath): void {
  let level = root;
  for (const part of path.slice(0, -1)) {
    const existing = level.get(part);
    if (existing === 'all') return;
    const child = existing ?? new Map<string | number, Selection>();
    level.set(part, child);
    level = child;
  }
  const last = path.at(-1);
  if (last !== undefined) level.set(last, 'all');
}

function projectMap(item: Item, selection: Map<string | number, Selection>): Item {
  const result: Item = Object.create(null);
  for (const [name, below] of selection) {
    if (typeof name === 'number') continue;
    const value = attributeOf(item, name);
    const kept = value && projectValue(value, below);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

function projectValue(value: AttributeValue, selection: Selection): AttributeValue | undefined {
  if (selection === 'all') return value;
  if ('M' in value) {
    const map = projectMap(value.M, selection);
    return Object.keys(map).length > 0 ? { M: map } : undefined;
  }
  if (!('L' in value)) return undefined;
  const elements = value.L.flatMap((element, index) => {
    const below = selection.get(index);
    return (below === undefined ? undefined : projectValue(element, below)) ?? [];
  });
  return elements.length > 0 ? { L: elements } : undefined;
}
