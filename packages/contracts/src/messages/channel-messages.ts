import * as z from 'zod';
import { recordingStateSchema } from '../entities/recording.ts';
import { recordingCommandSchema } from '../entities/recording-command.ts';
import { noticeSchema } from '../entities/session.ts';
import { timestampSchema } from '../entities/values.ts';
import { recordingIdSchema } from '../ids/ids.ts';

/**
 * What goes over the channel: JSON text frames, from the service only. Each says less than a poll would; whoever has no
 * socket misses time, nothing else. A receiver ignores kinds that it does not know.
 */
const head = { version: z.literal(1), recordingId: recordingIdSchema };

/** Length of a streaming segment while somebody watches. */
export const watchedSegmentMs = 500;

/** To the recording's agent: somebody watches until then; `watchedUntil` that has passed: nobody does. */
export const watchedNoticeSchema = z.object({
  ...head,
  kind: z.literal('watched'),
  /** Service time. */
  watchedUntil: timestampSchema,
  segmentMs: z.int().min(100).max(60_000),
});
export type WatchedNotice = z.infer<typeof watchedNoticeSchema>;

/** To a session's agent: an administrator has it start or stop recording. */
export const commandNoticeSchema = z.object({
  version: z.literal(1),
  kind: z.literal('command'),
  command: recordingCommandSchema.extend({ notice: noticeSchema.optional() }),
});
export type CommandNotice = z.infer<typeof commandNoticeSchema>;

/** To a viewer: more of the recording is stored. */
export const segmentsNoticeSchema = z.object({
  ...head,
  kind: z.literal('segments'),
  contiguousSequence: z.int().min(0),
  contiguousMs: z.number().min(0),
  state: recordingStateSchema,
});
export type SegmentsNotice = z.infer<typeof segmentsNoticeSchema>;

/** To a viewer: the recording's life went on. */
export const stateNoticeSchema = z.object({ ...head, kind: z.literal('state'), state: recordingStateSchema });
export type StateNotice = z.infer<typeof stateNoticeSchema>;

/** What an agent may hear. */
export const agentNoticeSchema = z.discriminatedUnion('kind', [watchedNoticeSchema, commandNoticeSchema]);
export type AgentNotice = z.infer<typeof agentNoticeSchema>;

/** What a viewer may hear. */
export const viewerNoticeSchema = z.discriminatedUnion('kind', [segmentsNoticeSchema, stateNoticeSchema]);
export type ViewerNotice = z.infer<typeof viewerNoticeSchema>;

/** Text that a client sends now and then, so that the connection is not closed as idle; nothing answers it. */
export const channelPing = 'ping';
/** API Gateway closes a connection after ten silent minutes. */
export const channelPingIntervalMs = 4 * 60_000;

/** Where to connect, once: the address carries a ticket that is good for one connection, for a minute. */
export const channelTicketSchema = z.object({ url: z.url({ protocol: /^wss?$/ }), expiresAt: timestampSchema });
export type ChannelTicket = z.infer<typeof channelTicketSchema>;
