import type { ChannelTicket } from '@afterimage/contracts';
import { sha256 } from '@afterimage/recording';
import { encodeBase64 } from '../encoding/base64.ts';
import type { Clock } from '../stores/clock.ts';
import type { ChannelHolder, ChannelTicketStore } from '../stores/live-stores.ts';

const ticketBytes = 32;
/** Long enough to connect with, too short to be found somewhere and used. */
export const ticketLifeMs = 60_000;

export interface IssueTicketDependencies {
  tickets: Pick<ChannelTicketStore, 'put'>;
  clock: Clock;
  /** `wss://…/STAGE`. */
  channelUrl: string;
}

/** A ticket for one connection. Only its hash is kept: who reads the table can't connect. */
export async function issueTicket(
  { tickets, clock, channelUrl }: IssueTicketDependencies,
  holder: ChannelHolder,
): Promise<ChannelTicket> {
  const ticket = encodeBase64(clock.randomBytes(ticketBytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');
  const expiresAtMs = clock.nowMs() + ticketLifeMs;
  await tickets.put(await hashTicket(ticket), holder, expiresAtMs);
  return { url: `${channelUrl}?ticket=${ticket}`, expiresAt: new Date(expiresAtMs).toISOString() };
}

/** SHA-256, base64. */
export async function hashTicket(ticket: string): Promise<string> {
  return encodeBase64(await sha256(new TextEncoder().encode(ticket)));
}
