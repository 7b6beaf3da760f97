import type { IdSource } from '@afterimage/contracts';

/** Time and randomness, injected wherever they are needed. */
export type Clock = IdSource;

export function nowIso(clock: Pick<Clock, 'nowMs'>): string {
  return new Date(clock.nowMs()).toISOString();
}
