import * as z from 'zod';
import { recordingStateSchema } from '../entities/recording.ts';
import { timestampSchema } from '../entities/values.ts';
import { playbackIdSchema, recordingIdSchema, watchIdSchema } from '../ids/ids.ts';
import { channelTicketSchema } from '../messages/channel-messages.ts';
import { defineRoute } from './route.ts';

const players = { kind: 'roles', anyOf: ['Player', 'PrivilegedPlayer'] } as const;
const ofWatch = z.object({ recordingId: recordingIdSchema, watchId: watchIdSchema });

/** A watch is a lease: it ends by itself when its viewer is no longer heard. */
export const watchLeaseSeconds = 30;
/** How often a viewer of a recording under way renews: two renewals may be lost. */
export const watchRenewalSeconds = 10;
/** How often a player asks whether its playback still holds: a right that is withdrawn ends it within five seconds. */
export const playbackCheckSeconds = 4;
/** Of a recording that has ended, where a watch costs its host nothing. Who watches hears of its erasure. */
export const endedWatchLeaseSeconds = 300;

const leaseSeconds = z.int().min(1);

export const openWatch = defineRoute({
  operationId: 'openWatch',
  method: 'POST',
  path: '/api/v1/recordings/{recordingId}/watches',
  summary:
    'Watches a recording: its host, if it still records, sends in short segments; a channel tells of them, and of its end and erasure',
  integration: { kind: 'function', name: 'watching' },
  access: players,
  audit: { kind: 'audited', action: 'recording.watch', subject: 'recordingId' },
  params: z.object({ recordingId: recordingIdSchema }),
  /** An open playback of the caller. */
  body: z.object({ playbackId: playbackIdSchema }),
  response: z.object({
    watchId: watchIdSchema,
    leaseSeconds,
    channel: channelTicketSchema,
    serverTime: timestampSchema,
  }),
  successStatus: 201,
  problems: ['recording-not-found', 'playback-expired', 'recording-ended', 'recording-erased', 'live-view-not-allowed'],
});

export const renewWatch = defineRoute({
  operationId: 'renewWatch',
  method: 'PUT',
  path: '/api/v1/recordings/{recordingId}/watches/{watchId}',
  summary: 'Goes on watching for another lease, and gives a new ticket where one is needed',
  integration: { kind: 'function', name: 'watching' },
  access: players,
  audit: { kind: 'audited', action: 'recording.watch-renewal', subject: 'recordingId' },
  params: ofWatch,
  /** A ticket is for one connection: who lost it asks for another. */
  body: z.object({ needsChannel: z.boolean().default(false) }),
  response: z.object({
    leaseSeconds,
    channel: channelTicketSchema.optional(),
    contiguousSequence: z.int().min(0),
    state: recordingStateSchema,
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: [
    'recording-not-found',
    'watch-not-found',
    'recording-ended',
    'recording-erased',
    'playback-expired',
    'live-view-not-allowed',
  ],
});

export const endWatch = defineRoute({
  operationId: 'endWatch',
  method: 'DELETE',
  path: '/api/v1/recordings/{recordingId}/watches/{watchId}',
  summary: 'Stops watching; a watch that has ended already is no error',
  integration: { kind: 'function', name: 'watching' },
  access: { kind: 'signed-in', because: 'who has lost the role must still be able to let go of their own watch' },
  audit: { kind: 'audited', action: 'recording.watch-end', subject: 'recordingId' },
  params: ofWatch,
  response: z.undefined(),
  successStatus: 204,
  problems: [],
});

export const getPlayback = defineRoute({
  operationId: 'getPlayback',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/playbacks/{playbackId}',
  summary: 'Says whether a playback of the caller still holds; one that does not has its watches ended',
  integration: { kind: 'function', name: 'watching' },
  access: players,
  audit: {
    kind: 'unaudited',
    because: 'asked all the time by who watches already; what takes a right away is audited',
  },
  params: z.object({ recordingId: recordingIdSchema, playbackId: playbackIdSchema }),
  response: z.object({ expiresAt: timestampSchema, serverTime: timestampSchema }),
  successStatus: 200,
  problems: ['recording-not-found', 'playback-expired', 'recording-erased'],
});

export const watchRoutes = [openWatch, renewWatch, endWatch, getPlayback] as const;
