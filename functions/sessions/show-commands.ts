import type { getRecordingCommand, listRecordingCommands, RouteInput } from '@afterimage/contracts';
import { type Clock, describeCommand, type RecordingCommandStore } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ShowCommandsDependencies {
  commands: Pick<RecordingCommandStore, 'find' | 'list'>;
  clock: Clock;
}

/** Who told which session what, and what became of it. */
export async function answerCommands(
  { commands, clock }: ShowCommandsDependencies,
  { query }: RouteInput<typeof listRecordingCommands>,
): Promise<Outcome<typeof listRecordingCommands>> {
  const { items, cursor } = await commands.list(query);
  const shown = items.map((command) => describeCommand(command, clock.nowMs()));
  return done({ commands: shown, ...(cursor === undefined ? {} : { cursor }) });
}

export async function answerCommand(
  { commands, clock }: ShowCommandsDependencies,
  { params }: RouteInput<typeof getRecordingCommand>,
): Promise<Outcome<typeof getRecordingCommand>> {
  const command = await commands.find(params.commandId);
  if (command === undefined) return refuse('command-not-found', 'No command with this id was ever given.');
  return done({ command: describeCommand(command, clock.nowMs()) });
}
