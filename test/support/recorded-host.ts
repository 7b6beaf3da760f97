import { join } from 'node:path';
import type { SessionOutcome } from '@afterimage/agent';
import { type Agent, type AgentOptions, createAgent, enrolAgent } from '@afterimage/agent';
import type { RecordingId } from '@afterimage/contracts';
import { LeapingClock } from './known-screen.ts';
import type { Stack } from './stack.ts';

let hostCount = 0;

/** Enrols a host of its own with the stack. @returns its agent's data directory */
export async function enrolHost(stack: Stack): Promise<string> {
  hostCount += 1;
  const dataDirectory = join(stack.scratch, `host-${hostCount}`);
  await enrolAgent({ serverUrl: stack.endpoint, token: stack.enrolmentToken, dataDirectory });
  return dataDirectory;
}

/** Enrols a host of its own and starts its agent. A clock that leaps is no machine that stood still. */
export async function startHost(stack: Stack, options: Partial<AgentOptions> = {}): Promise<Agent> {
  const leastPauseMs = options.clock instanceof LeapingClock ? Number.POSITIVE_INFINITY : 5_000;
  return createAgent({ leastPauseMs, ...options, dataDirectory: await enrolHost(stack) });
}

/** @throws Error when nothing was recorded */
export function recordingIdOf(outcome: SessionOutcome): RecordingId {
  if (outcome.kind !== 'recorded') throw new Error(`nothing was recorded: ${outcome.reason}`);
  return outcome.recordingId;
}
