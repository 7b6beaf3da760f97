const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` is any run of characters, `?` is one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  let expression = compiled.get(pattern);
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

const arnParts = 6;

/** As `ArnLike` compares: part by part, so that a wildcard never reaches over a colon but in the last part. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const expected = partsOfArn(pattern);
  const actual = partsOfArn(arn);
  return (
    expected.length === actual.length && expected.every((part, index) => matchesWildcard(part, actual[index] ?? ''))
  );
}

function partsOfArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, arnParts - 1), ...(parts.length < arnParts ? [] : [parts.slice(arnParts - 1).join(':')])];
}
