/**
 * Orders `ids` so that each comes after its dependencies; otherwise the given order is kept.
 * Errors: a cycle, named along its path.
 */
export function topologicalOrder(ids: readonly string[], dependenciesOf: (id: string) => Iterable<string>): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];

  function visit(id: string): void {
    if (done.has(id)) return;
    if (path.includes(id))
      throw new Error(`Circular dependency: ${[...path.slice(path.indexOf(id)), id].join(' -> ')}`);
    path.push(id);
    for (const dependency of dependenciesOf(id)) visit(dependency);
    path.pop();
    done.add(id);
    ordered.push(id);
  }

  for (const id of ids) visit(id);
  return ordered;
}
