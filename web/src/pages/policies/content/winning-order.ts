import { type AnyRecordingRule, recordingActionSchema } from '@afterimage/contracts';

const rankedActions = recordingActionSchema.options;

/** Rules in the order in which they win when several match: by the rank of their action, then the oldest (POL-048, POL-049). */
export function inWinningOrder<R extends Pick<AnyRecordingRule, 'action'>>(rules: readonly R[]): R[] {
  return rules.toSorted((a, b) => rankedActions.indexOf(a.action) - rankedActions.indexOf(b.action));
}
