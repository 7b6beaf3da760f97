import { type DecidedOptions, decidedOptionsSchema } from '@afterimage/contracts';

/** Of a recording whose policy was not asked yet. */
export const undecidedOptions: DecidedOptions = decidedOptionsSchema.parse({
  uploadIntervalSeconds: 60,
  keyImageIntervalSeconds: 60,
});
