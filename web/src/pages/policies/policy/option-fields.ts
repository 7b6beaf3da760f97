import type { RecordingOptions } from '@afterimage/contracts';

/** What the policy says of every recording, in the order in which it is shown. */
export const optionFields = [
  'uploadIntervalSeconds',
  'keyImageIntervalSeconds',
  'maxBitsPerSecond',
  'sizeMb',
  'hours',
] as const;
export type OptionField = (typeof optionFields)[number];

export function optionValue(options: RecordingOptions, field: OptionField): number {
  return field === 'sizeMb' || field === 'hours' ? options.rollover[field] : options[field];
}
