import { join } from 'node:path';
import type { SessionOutcome } from '@afterimage/agent';
import { type Agent, type AgentOptions, createAgent, enrolAgent } from '@afterimage/agent';
import type { RecordingId } from '@afterimage/contracts';
import type { Stack } from './stack.ts';

let hostCount = 0;

/** Enrols a host of its own with the stack. @returns its agent's data directory */
export async function enrolHost(stack: Stack): Promise<string> {
  hostCount += 1;
  const dataDirectory = join(stack.scratch, `host-${hostCount}`);
  await enrolAgent({ serverUrl: stack.endpoint, token: stack.enrolmentToken, dataDirectory });
  return dataDirectory;
}

/** Enrols a host of its own and starts its agent. */
export async function startHost(stack: Stack, options: Partial<AgentOptions> = {}): Promise<Agent> {
  return createAgent({ ...options, dataDirectory: await enrolHost(stack) });
}

/** @throws Error when nothing was recorded */
export function recordingIdOf(outcome: SessionOutcome): RecordingId {
  if (outcome.kind !== 'recorded') throw new Error(`nothing was recorded: ${outcome.reason}`);
  return outcome.recordingId;
}
