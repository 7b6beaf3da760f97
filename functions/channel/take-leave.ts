import type { ConnectionStore, WatchStore } from '@afterimage/core';

export interface TakeLeaveDependencies {
  connections: Pick<ConnectionStore, 'close'>;
  watches: Pick<WatchStore, 'detach'>;
}

/**
 * Forgets a connection. A viewer's watch goes on until its lease ends: who only lost the socket renews it, and asks
 * for another ticket.
 */
export async function takeLeave({ connections, watches }: TakeLeaveDependencies, connectionId: string): Promise<void> {
  const holder = await connections.close(connectionId);
  if (holder?.kind === 'viewer') await watches.detach(holder, connectionId);
}
