import { randomBytes } from 'node:crypto';
import type { IdSource } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';

/** Ids carry the service's time, so that they sort the same for everybody. */
export function idSource({ clock, clockOffset }: Pick<Agent, 'clock' | 'clockOffset'>): IdSource {
  return { nowMs: () => clockOffset.toServiceMs(clock.wallMs()), randomBytes: (length: number) => randomBytes(length) };
}
