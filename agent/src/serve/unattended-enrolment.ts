import { readFile } from 'node:fs/promises';
import { enrolAgent, isEnrolled } from '../enrol-agent.ts';
import type { Logger } from '../log/logger.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { Backoff } from '../transport/backoff.ts';
import { retryWhileUnreachable } from '../transport/retry.ts';

export interface UnattendedEnrolment {
  readonly serverUrl: string;
  readonly tokenFile: string;
  readonly dataDirectory: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Enrols a host that is not enrolled yet, however long the service takes to be reachable. The token is read anew at
 * each try, and is of no use once it has been traded.
 *
 * @throws ServiceRefusedError when the token is used up or over; ServiceUnreachableError once the signal aborts
 */
export async function enrolUnattended(options: UnattendedEnrolment): Promise<void> {
  const { serverUrl, tokenFile, dataDirectory, log, signal, clock = systemClock } = options;
  if (await isEnrolled(dataDirectory)) return;
  const enrol = async () => {
    const token = (await readFile(tokenFile, 'utf8')).trim();
    await enrolAgent({ serverUrl, token, dataDirectory, log });
  };
  const backoff = new Backoff({ firstMs: 1_000, maxMs: 30_000, random: Math.random });
  await retryWhileUnreachable(enrol, { clock, backoff, withinMs: Number.POSITIVE_INFINITY, signal });
}
