import type { AuditIntent, AuditStore } from '@afterimage/core';

/**
 * One act of a call, with rows of its own: intent, effect, outcome. Without an intent row nothing happens.
 *
 * @param act what it answers names the problem where nothing was done
 */
export async function auditAct<Result extends { isDone: true } | { isDone: false; problem: string }>(
  audit: AuditStore,
  intent: AuditIntent,
  act: () => Promise<Result>,
): Promise<Result> {
  const auditEntryId = await audit.noteIntent(intent);
  try {
    const result = await act();
    await audit.noteOutcome(auditEntryId, result.isDone ? 'succeeded' : result.problem);
    return result;
  } catch (error) {
    await audit.noteOutcome(auditEntryId, 'internal');
    throw error;
  }
}
