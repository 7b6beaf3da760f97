import { isDeepStrictEqual } from 'node:util';
import {
  type AgentId,
  noticeSchema,
  type RecordingCommandId,
  recordingCommandIdSchema,
  recordingCommandSchema,
  recordingIdSchema,
  type SessionId,
  sessionSchema,
  timestampSchema,
} from '@afterimage/contracts';
import { foldName, heardAt, type StoredCommand, type TrackedSession } from '@afterimage/core';
import * as z from 'zod';

const commandSchema = recordingCommandSchema.extend({ notice: noticeSchema.optional() });

const sessionRowSchema = z.object({
  revision: z.int(),
  data: sessionSchema.extend({
    pendingCommand: commandSchema.optional(),
    stop: z.object({ commandId: recordingCommandIdSchema, at: timestampSchema }).optional(),
    review: z
      .object({
        recordingId: recordingIdSchema,
        fileNumber: z.int().min(1),
        outcome: z.enum(['go-on', 'go-on-and-tell', 'stop']),
      })
      .optional(),
  }),
});
const pulseRowSchema = z.object({ data: z.object({ lastSeenAt: timestampSchema }) });
const commandRowSchema = z.object({ data: commandSchema });

export const sessionKey = (sessionId: SessionId) => ({ pk: `SES#${sessionId}`, sk: 'SESSION' });
/** When a session was last heard, where nothing else has changed since its row was written: a small row, written often. */
export const pulseKey = (sessionId: SessionId) => ({ pk: `SES#${sessionId}`, sk: pulseSortKey });
export const pulseSortKey = 'PULSE';
export const commandKey = (commandId: RecordingCommandId) => ({ pk: `CMD#${commandId}`, sk: 'COMMAND' });

/** Partitions of the indexes. Names of users are compared whole, upper and lower case alike. */
export const monthOfSessions = (month: string) => `SES#${month}`;
export const monthOfCommands = (month: string) => `CMD#${month}`;
export const ownedByUser = (userName: string) => `USER#${foldName(userName)}`;
export const ownedBySession = (sessionId: SessionId) => `SES#${sessionId}`;
export const waitingForAgent = (agentId: AgentId) => `AGENT#${agentId}`;

/** Few enough to ask all, enough that the starts of a morning do not heat one partition of the index. */
export const sessionShards = 8;
export const activeSessions = (shard: number) => `SES#${shard}`;

/** `2026-11-22T10`: an index that followed each report would be written twelve times as often. */
export const hourOf = (timestamp: string): string => timestamp.slice(0, 13);
const monthOf = (timestamp: string): string => timestamp.slice(0, 7);

/** A host's clock may say anything, but no session begins after it was reported. */
function listedFrom({ startedAt, decision }: TrackedSession): string {
  return startedAt < decision.decidedAt ? startedAt : decision.decidedAt;
}

/**
 * The row. Its places in `byMonth` and `byOwner` never change. `byActivity` has it until it ends, under the hour in which
 * it was last heard, so that a session whose host died is found no more two hours later, without anybody clearing up.
 */
export function toSessionItem({ revision, ...data }: TrackedSession) {
  const from = listedFrom({ revision, ...data });
  return {
    ...sessionKey(data.sessionId),
    month: monthOfSessions(monthOf(from)),
    owner: ownedByUser(data.attributes.user.value),
    timeKey: `${from}#${data.sessionId}`,
    ...(data.endedAt === undefined
      ? { activity: activeSessions(shardOf(data.sessionId)), activeAt: hourOf(heardAt(data)) }
      : {}),
    revision,
    data,
  };
}

/** `byActivity` has a command until its host has answered. */
export function toCommandItem(command: StoredCommand) {
  const { commandId, sessionId, agentId, requestedAt, state } = command;
  return {
    ...commandKey(commandId),
    month: monthOfCommands(monthOf(requestedAt)),
    owner: ownedBySession(sessionId),
    timeKey: `${requestedAt}#${commandId}`,
    ...(state === 'pending' ? { activity: waitingForAgent(agentId), activeAt: requestedAt } : {}),
    data: command,
  };
}

/** @param pulse the row of the pulse, if there is one */
export function fromSessionItem(item: unknown, pulse: unknown): TrackedSession {
  const { revision, data } = sessionRowSchema.parse(item);
  const session = { ...data, revision };
  if (pulse === undefined) return session;
  const { lastSeenAt } = pulseRowSchema.parse(pulse).data;
  return lastSeenAt > heardAt(session) ? { ...session, lastSeenAt } : session;
}

/** Whether a change says no more than a pulse does. The index follows the row itself, so the hour must be the same. */
export function isPulse(before: TrackedSession, { lastSeenAt, ...after }: TrackedSession): boolean {
  if (lastSeenAt === undefined || hourOf(lastSeenAt) !== hourOf(heardAt(before))) return false;
  const { lastSeenAt: _before, ...known } = before;
  return isDeepStrictEqual(after, known);
}

export function fromCommandItem(item: unknown): StoredCommand {
  return commandRowSchema.parse(item).data;
}

/** The last character of an id is random. */
function shardOf(sessionId: SessionId): number {
  return sessionId.charCodeAt(sessionId.length - 1) % sessionShards;
}
