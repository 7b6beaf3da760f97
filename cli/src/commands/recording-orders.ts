import { setTimeout as pause } from 'node:timers/promises';
import {
  commandRecording,
  getRecordingCommand,
  type RecordingCommand,
  type RouteResponse,
} from '@afterimage/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { NegativeAnswer } from '../output/command-error.ts';
import { formatTable } from '../output/table.ts';
import { parseSessionId } from './session-id.ts';

/** The service itself ends the wait: a command that no host answers expires after two minutes. */
const lookEveryMs = 1000;

interface OrderOptions {
  user?: string;
  notify: boolean;
  wait?: boolean;
}

/** Start and stop, among the commands of sessions. */
export function addRecordingOrders(sessions: Command, context: () => CommandContext): void {
  const order = (action: 'start' | 'stop', description: string) =>
    sessions
      .command(`${action} [ids...]`)
      .description(description)
      .option('--user <name>', 'all active sessions of this user, instead of ids')
      .option('--wait', 'until the hosts have answered, two minutes at most (exit code 3 unless all did as told)')
      .action(async (ids: string[], options: OrderOptions) => give(context, action, ids, options));
  order(
    'start',
    'records sessions that run, whatever the policy decided; where only events are recorded, the screen too',
  ).option('--no-notify', 'without telling the user; by default the user is told');
  order('stop', 'ends the recording of sessions, whoever began it; no policy begins it again until the session ends');
}

async function give(
  context: () => CommandContext,
  action: 'start' | 'stop',
  ids: readonly string[],
  { user, notify = true, wait = false }: OrderOptions,
): Promise<void> {
  if (ids.length > 0 === (user !== undefined)) {
    throw new InvalidArgumentError('Name either sessions by id or a user with --user. Nothing was commanded.');
  }
  const target = user === undefined ? { sessionIds: ids.map(parseSessionId) } : { user };
  const { api, print } = context();
  const given = await api(commandRecording, { body: { action, ...target, notifiesUser: notify } });
  const answer = wait
    ? { ...given, commands: await Promise.all(given.commands.map((one) => settled(api, one))) }
    : given;
  print(answer, describe);
  const isRefused = answer.refused.length > 0 || (wait && answer.commands.some(({ state }) => state !== 'done'));
  if (isRefused) throw new NegativeAnswer('Not every session is as you wanted it: see above.');
}

async function settled(api: CommandContext['api'], given: RecordingCommand): Promise<RecordingCommand> {
  let command = given;
  while (command.state === 'pending') {
    ({ command } = await api(getRecordingCommand, { params: { commandId: given.commandId } }));
    if (command.state === 'pending') await pause(lookEveryMs);
  }
  return command;
}

function describe({ commands, refused }: RouteResponse<typeof commandRecording>): string {
  const rows = [
    ...commands.map(({ sessionId, commandId, state, reason }) => [sessionId, commandId, state, reason ?? '']),
    ...refused.map(({ sessionId, reason }) => [sessionId, '-', 'not commanded', reason]),
  ];
  return formatTable(['SESSION', 'COMMAND', 'STATE', 'REASON'], rows);
}
