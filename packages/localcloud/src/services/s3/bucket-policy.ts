/** Whether a policy lets everyone in: an unconditional Allow for any principal. */
export function isPublicPolicy(policy: unknown): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === 'Allow' && statement.Condition === undefined && namesEveryone(statement.Principal),
  );
}

/** The statements of a policy document; none for what is no policy. */
function statementsOf(policy: unknown): Record<string, unknown>[] {
  if (!isRecord(policy)) return [];
  const statements = policy.Statement;
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  return list.filter(isRecord);
}

function namesEveryone(principal: unknown): boolean {
  if (principal === '*') return true;
  if (!isRecord(principal)) return false;
  const named = principal.AWS;
  return named === '*' || (Array.isArray(named) && named.includes('*'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
