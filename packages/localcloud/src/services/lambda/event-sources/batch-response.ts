import type { FunctionOutcome } from '../../../kernel/types.ts';

/**
 * Reads which records of a batch failed. `all`: the function failed, or its answer is none that Lambda accepts
 * (ReportBatchItemFailures: a missing or empty list means complete success, an empty or unknown-shaped identifier
 * complete failure).
 */
export function readFailures(outcome: FunctionOutcome, reportsItemFailures: boolean): 'all' | string[] {
  if (!outcome.ok) return 'all';
  if (!reportsItemFailures || outcome.payload === null || outcome.payload === '') return [];
  if (typeof outcome.payload !== 'object') return 'all';
  const { batchItemFailures } = outcome.payload as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return 'all';
  const identifiers = batchItemFailures.map(
    (item: unknown) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  return identifiers.every((id): id is string => typeof id === 'string' && id !== '') ? identifiers : 'all';
}
