import * as z from 'zod';
import { recordingCommandSchema } from '../entities/recording-command.ts';
import { sessionRecordingSchema, sessionSchema } from '../entities/session.ts';
import { labelSchema, timestampSchema } from '../entities/values.ts';
import { recordingCommandIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const administrators = { kind: 'roles', anyOf: ['PolicyAdministrator'] } as const;
const integration = { kind: 'function', name: 'sessions' } as const;

export const listSessions = defineRoute({
  operationId: 'listSessions',
  method: 'GET',
  path: '/api/v1/sessions',
  summary: 'Lists sessions that hosts have reported, newest first: who, where, and how each is recorded',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'session.list' },
  query: z.object({
    /** `active`: not ended, and its host was heard within a quarter of an hour. */
    state: z.enum(['active', 'all']).default('active'),
    user: labelSchema.optional(),
    host: labelSchema.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(100),
    cursor: z.string().max(2000).optional(),
  }),
  response: z.object({ sessions: z.array(sessionSchema), cursor: z.string().optional(), serverTime: timestampSchema }),
  successStatus: 200,
  problems: [],
});

export const getSession = defineRoute({
  operationId: 'getSession',
  method: 'GET',
  path: '/api/v1/sessions/{sessionId}',
  summary: 'Shows a session: what was decided and why, what its user was told and answered, what administrators did',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'session.show', subject: 'sessionId' },
  params: z.object({ sessionId: sessionIdSchema }),
  response: z.object({
    session: sessionSchema,
    /** Newest first. */
    commands: z.array(recordingCommandSchema),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['session-not-found'],
});

export const getSessionRecordingStatus = defineRoute({
  operationId: 'getSessionRecordingStatus',
  method: 'GET',
  path: '/api/v1/sessions/{sessionId}/recording-status',
  summary: 'Says whether a session is being recorded now',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'session.status', subject: 'sessionId' },
  params: z.object({ sessionId: sessionIdSchema }),
  response: sessionRecordingSchema.extend({ sessionId: sessionIdSchema, serverTime: timestampSchema }),
  successStatus: 200,
  problems: ['session-not-found'],
});

export const commandRecording = defineRoute({
  operationId: 'commandRecording',
  method: 'POST',
  path: '/api/v1/recording-commands',
  summary: 'Has hosts start or stop recording: one session, some, or all active ones of a user',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'recording.command', details: ['action', 'user', 'sessionIds'] },
  body: z
    .object({
      action: z.enum(['start', 'stop']),
      sessionIds: z.array(sessionIdSchema).min(1).max(100).optional(),
      user: labelSchema.optional(),
      /** Starting tells the user unless this says otherwise. */
      notifiesUser: z.boolean().default(true),
    })
    .refine(({ sessionIds, user }) => (sessionIds === undefined) !== (user === undefined), {
      message: 'must name either sessions or a user',
      path: ['sessionIds'],
    }),
  response: z.object({
    /** One for each session. A session that nobody knows, or that has ended, has none and is in `refused`. */
    commands: z.array(recordingCommandSchema),
    refused: z.array(z.object({ sessionId: sessionIdSchema, reason: labelSchema })),
  }),
  successStatus: 202,
  problems: ['session-not-found'],
});

export const getRecordingCommand = defineRoute({
  operationId: 'getRecordingCommand',
  method: 'GET',
  path: '/api/v1/recording-commands/{commandId}',
  summary: 'Says what became of a command',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'recording.command-show', subject: 'commandId' },
  params: z.object({ commandId: recordingCommandIdSchema }),
  response: z.object({ command: recordingCommandSchema }),
  successStatus: 200,
  problems: ['command-not-found'],
});

export const listRecordingCommands = defineRoute({
  operationId: 'listRecordingCommands',
  method: 'GET',
  path: '/api/v1/recording-commands',
  summary: 'Lists commands, newest first: who told which session what, and what became of it',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'recording.command-list' },
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(2000).optional(),
  }),
  response: z.object({ commands: z.array(recordingCommandSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: [],
});

export const sessionRoutes = [
  listSessions,
  getSession,
  getSessionRecordingStatus,
  commandRecording,
  listRecordingCommands,
  getRecordingCommand,
] as const;
