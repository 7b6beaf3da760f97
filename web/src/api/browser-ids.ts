import type { IdSource } from '@afterimage/contracts';

/** Time and randomness of the browser, for the ids of what is made in it. */
export const browserIds: IdSource = {
  nowMs: () => Date.now(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
