import {
  type ChannelTicketStore,
  type Clock,
  type ConnectionStore,
  hashTicket,
  type WatchStore,
} from '@afterimage/core';

export interface AdmitDependencies {
  tickets: Pick<ChannelTicketStore, 'take'>;
  connections: Pick<ConnectionStore, 'open'>;
  watches: Pick<WatchStore, 'attach'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** API Gateway ends every connection after two hours. */
const connectionLifeMs = 2 * 3_600_000;

/** Lets in who brings a ticket that is still good; it is used up by that. */
export async function admit(
  { tickets, connections, watches, clock }: AdmitDependencies,
  { connectionId, ticket }: { connectionId: string; ticket: string | undefined },
): Promise<boolean> {
  if (ticket === undefined) return false;
  const holder = await tickets.take(await hashTicket(ticket), clock.nowMs());
  if (holder === undefined) return false;
  if (holder.kind === 'viewer' && !(await watches.attach(holder, connectionId))) return false;
  await connections.open(connectionId, holder, clock.nowMs() + connectionLifeMs);
  return true;
}
