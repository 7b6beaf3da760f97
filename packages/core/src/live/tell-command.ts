import type { CommandNotice } from '@afterimage/contracts';
import type { StoredCommand } from '../sessions/tracked-session.ts';
import type { Channel, ConnectionStore } from '../stores/live-stores.ts';

export interface TellCommandDependencies {
  connections: Pick<ConnectionStore, 'findOfAgent'>;
  channel: Channel;
}

/** Hands a command to the host of its session. A host without a socket finds it when it reports its sessions. */
export async function tellCommand(
  { connections, channel }: TellCommandDependencies,
  command: StoredCommand,
): Promise<void> {
  const connectionId = await connections.findOfAgent(command.agentId);
  if (connectionId === undefined) return;
  const notice: CommandNotice = { version: 1, kind: 'command', command };
  await channel.post(connectionId, notice);
}
