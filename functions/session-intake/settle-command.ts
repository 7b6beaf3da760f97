import type { RouteInput, settleCommand } from '@afterimage/contracts';
import {
  type Clock,
  nowIso,
  type RecordingCommandStore,
  type SessionStore,
  settleCommand as settle,
} from '@afterimage/core';
import { type AgentCaller, requireAgent } from '../_runtime/http/agent-api.ts';
import { type Call, done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface AnswerDependencies {
  sessions: Pick<SessionStore, 'changeWithCommands'>;
  commands: Pick<RecordingCommandStore, 'find'>;
  clock: Clock;
}

/** Notes what a host did with a command. The first answer counts; any later one is taken and changes nothing. */
export async function takeAnswer(
  { sessions, commands, clock }: AnswerDependencies,
  { params: { commandId }, body }: RouteInput<typeof settleCommand>,
  { caller }: Call<AgentCaller>,
): Promise<Outcome<typeof settleCommand>> {
  const command = await commands.find(commandId);
  if (command?.agentId !== requireAgent(caller)) {
    return refuse('command-not-found', 'No such command was given to this agent. Nothing was kept.');
  }
  const answeredAt = nowIso(clock);
  await sessions.changeWithCommands(command.sessionId, (session) =>
    settle(session, { commandId, ...body }, answeredAt),
  );
  return done({ serverTime: answeredAt });
}
