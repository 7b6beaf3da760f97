import * as z from 'zod';
import { deviceCertificateSchema } from '../entities/agent.ts';
import { captureSourceSchema, recordingStateSchema } from '../entities/recording.ts';
import { recordingCommandSchema } from '../entities/recording-command.ts';
import {
  hostStopSchema,
  initiatorSchema,
  noticeReportSchema,
  noticeSchema,
  recordedContentSchema,
  recordingDecisionSchema,
  sessionAttributesSchema,
  sessionRecordingSchema,
} from '../entities/session.ts';
import { base64Schema, labelSchema, sha256Schema, timestampSchema } from '../entities/values.ts';
import { agentIdSchema, recordingCommandIdSchema, recordingIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { channelTicketSchema } from '../messages/channel-messages.ts';
import { defineRoute } from './route.ts';

const agentTraffic = { kind: 'unaudited', because: 'an agent reporting about its own recording' } as const;

export const enrolAgent = defineRoute({
  operationId: 'enrolAgent',
  method: 'POST',
  path: '/agent/v1/enrolments',
  summary: 'Enrols a host: trades an enrolment token and a device public key for an agent id',
  integration: { kind: 'function', name: 'agent-enrolment' },
  access: { kind: 'open', because: 'the enrolment token in the body is the credential' },
  audit: { kind: 'audited', action: 'agent.enrol' },
  body: z.object({
    /** `enr_ULID.SECRET`, shown once when it was created. */
    token: z.string().min(30).max(200),
    /** Ed25519, 32 raw bytes, base64. */
    publicKey: base64Schema.length(44),
    hostName: labelSchema,
    platform: labelSchema,
    agentVersion: labelSchema,
  }),
  response: z.object({
    agentId: agentIdSchema,
    certificate: deviceCertificateSchema,
    wrappingKey: z.object({
      /** ARN of the KMS key, kept beside what it wrapped. */
      keyId: z.string().max(2048),
      /** RSA public key (SubjectPublicKeyInfo, DER, base64); the agent pins it. */
      publicKey: base64Schema,
    }),
    serverTime: timestampSchema,
  }),
  successStatus: 201,
  problems: ['enrolment-token-invalid'],
});

export const startSession = defineRoute({
  operationId: 'startSession',
  method: 'POST',
  path: '/agent/v1/sessions',
  summary: 'Reports a session and answers whether it is recorded, and why',
  integration: { kind: 'function', name: 'policy-evaluation' },
  access: { kind: 'agent' },
  audit: { kind: 'unaudited', because: 'the decision and its reason are stored with the session' },
  body: z.object({
    /** Made by the agent; the same id again answers the same decision. */
    sessionId: sessionIdSchema,
    startedAt: timestampSchema,
    attributes: sessionAttributesSchema,
  }),
  response: z.object({
    sessionId: sessionIdSchema,
    decision: recordingDecisionSchema,
    /** What the user is to be told when an administrator at the host has the session recorded, whatever the decision. */
    hostStartNotice: noticeSchema.optional(),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['already-exists'],
});

export const beginRecording = defineRoute({
  operationId: 'beginRecording',
  method: 'POST',
  path: '/agent/v1/recordings',
  summary: 'Announces a recording and hands over its wrapped data key',
  integration: { kind: 'function', name: 'recording-intake' },
  access: { kind: 'agent' },
  audit: {
    kind: 'unaudited',
    because: 'an agent reporting about its own recording; what was begun at the host has rows of its own',
  },
  body: z.object({
    recordingId: recordingIdSchema,
    sessionId: sessionIdSchema,
    source: captureSourceSchema,
    content: recordedContentSchema.default('screen'),
    /** Others than the policy are believed only with the command, the account or the rule that allows it. */
    initiator: initiatorSchema.default('policy'),
    commandId: recordingCommandIdSchema.optional(),
    /** Account of an administrator at the host who had it begun there, without a command. */
    startedBy: labelSchema.optional(),
    /** Host wall clock at the first frame. */
    startedAt: timestampSchema,
    /** Host wall clock minus service clock, as the agent last measured it. */
    clockOffsetMs: z.number(),
    width: z.int().min(1).max(16384),
    height: z.int().min(1).max(16384),
    deviceCounter: z.int().min(1),
    /** RSA-OAEP-256 of data key, recording id and agent id, base64. */
    wrappedKey: base64Schema.max(1024),
    wrappingKeyId: z.string().max(2048),
  }),
  response: z.object({ recordingId: recordingIdSchema, state: recordingStateSchema, serverTime: timestampSchema }),
  successStatus: 201,
  problems: ['agent-not-trusted', 'recording-not-permitted', 'not-found', 'already-exists', 'device-counter-reused'],
});

export const rejectionReasonSchema = z.enum([
  'malformed',
  'signature-invalid',
  'hash-mismatch',
  'wrong-recording',
  'sequence-conflict',
  'too-large',
  'recording-ended',
  'unknown-recording',
]);
export type RejectionReason = z.infer<typeof rejectionReasonSchema>;

/** Bytes that were refused: one segment, or all of an object. */
export const rejectionSchema = z.object({
  sequence: z.int().min(1).optional(),
  objectKey: z.string(),
  reason: rejectionReasonSchema,
});

/** What is stored of a recording: only that may leave an agent's spool. */
export const recordingCommitSchema = z.object({
  recordingId: recordingIdSchema,
  state: recordingStateSchema,
  /** Everything up to here is stored and chained. */
  contiguousSequence: z.int().min(0),
  /** Sequence ranges beyond the contiguous part that are stored, inclusive. */
  storedBeyond: z.array(z.tuple([z.int(), z.int()])),
  rejections: z.array(rejectionSchema),
  /** Present while somebody watches: until then, in service time, segments are wanted as soon as they can be had. */
  watchedUntil: timestampSchema.optional(),
});
export type RecordingCommit = z.infer<typeof recordingCommitSchema>;

/** 8 MiB of segments, and one more that was under way. */
export const maxChunkBytes = 9 * 1024 * 1024;

export const grantUploads = defineRoute({
  operationId: 'grantUploads',
  method: 'POST',
  path: '/agent/v1/recordings/{recordingId}/upload-grants',
  summary: 'Signs one PUT for each chunk, bound to its length and checksum',
  integration: { kind: 'function', name: 'recording-intake' },
  access: { kind: 'agent' },
  audit: agentTraffic,
  params: z.object({ recordingId: recordingIdSchema }),
  body: z.object({
    chunks: z
      .array(
        z.object({
          firstSequence: z.int().min(1),
          lastSequence: z.int().min(1),
          sizeBytes: z.int().min(1).max(maxChunkBytes),
          sha256: sha256Schema,
        }),
      )
      .min(1)
      .max(50),
  }),
  response: z.object({
    /** In the order of the request. */
    grants: z.array(
      z.object({
        objectKey: z.string(),
        url: z.url(),
        /** To be sent exactly so; they are signed. */
        headers: z.record(z.string(), z.string()),
        expiresAt: timestampSchema,
      }),
    ),
    /** As getCommits says it: an agent that uploads again and again needs no look in between. */
    commit: recordingCommitSchema,
    serverTime: timestampSchema,
  }),
  successStatus: 201,
  problems: ['recording-not-found', 'recording-ended'],
});

/** A hint that comes sooner than the bucket's own event. Ingest believes the segments' signatures, never the notice. */
export const uploadNoticeSchema = z.object({
  version: z.literal(1),
  kind: z.literal('chunk-uploaded'),
  recordingId: recordingIdSchema,
  objectKey: z.string().max(1024),
});
export type UploadNotice = z.infer<typeof uploadNoticeSchema>;

export const postNotice = defineRoute({
  operationId: 'postNotice',
  method: 'POST',
  path: '/agent/v1/notices',
  summary: 'Puts an upload notice straight into the ingest queue',
  integration: { kind: 'queue', name: 'ingest' },
  access: { kind: 'agent' },
  audit: agentTraffic,
  body: uploadNoticeSchema,
  response: z.unknown(),
  successStatus: 200,
  problems: [],
});

export const getCommits = defineRoute({
  operationId: 'getCommits',
  method: 'GET',
  path: '/agent/v1/commits',
  summary: 'Says what is stored, so that the agent may free its spool',
  integration: { kind: 'function', name: 'recording-intake' },
  access: { kind: 'agent' },
  audit: agentTraffic,
  query: z.object({
    /** Comma-separated recording ids of this agent, at most 50. */
    recordingIds: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(recordingIdSchema).min(1).max(50)),
  }),
  response: z.object({
    recordings: z.array(recordingCommitSchema),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['recording-not-found'],
});

export const openAgentChannel = defineRoute({
  operationId: 'openAgentChannel',
  method: 'POST',
  path: '/agent/v1/channel-tickets',
  summary: 'Gives an agent a ticket for one connection to the channel',
  integration: { kind: 'function', name: 'recording-intake' },
  access: { kind: 'agent' },
  audit: agentTraffic,
  body: z.object({}),
  response: channelTicketSchema.extend({ serverTime: timestampSchema }),
  successStatus: 201,
  problems: [],
});

const ofSession = z.object({ sessionId: sessionIdSchema });

export const reviewSession = defineRoute({
  operationId: 'reviewSession',
  method: 'POST',
  path: '/agent/v1/sessions/{sessionId}/reviews',
  summary: 'Asks at a rollover whether a session goes on being recorded, under the policy that is active now',
  integration: { kind: 'function', name: 'policy-evaluation' },
  access: { kind: 'agent' },
  audit: { kind: 'unaudited', because: 'the decision and its reason are stored with the session' },
  params: ofSession,
  body: z.object({ recordingId: recordingIdSchema, fileNumber: z.int().min(1) }),
  response: z.object({
    outcome: z.enum(['go-on', 'go-on-and-tell', 'stop']),
    decision: recordingDecisionSchema,
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['session-not-found'],
});

export const reportNotice = defineRoute({
  operationId: 'reportNotice',
  method: 'POST',
  path: '/agent/v1/sessions/{sessionId}/notices',
  summary: 'Puts on record what a user was told and answered',
  integration: { kind: 'function', name: 'session-intake' },
  access: { kind: 'agent' },
  audit: { kind: 'unaudited', because: 'it is stored with the session itself' },
  params: ofSession,
  body: noticeReportSchema,
  response: z.object({ serverTime: timestampSchema }),
  successStatus: 201,
  problems: ['session-not-found'],
});

export const reportSessions = defineRoute({
  operationId: 'reportSessions',
  method: 'PUT',
  path: '/agent/v1/sessions',
  summary: 'Says which sessions a host has and how they are recorded, and hears what is to be done',
  integration: { kind: 'function', name: 'session-intake' },
  access: { kind: 'agent' },
  audit: {
    kind: 'unaudited',
    because: 'an agent reporting about its own sessions; what was ended at the host has rows of its own',
  },
  body: z.object({
    sessions: z
      .array(
        z.object({
          sessionId: sessionIdSchema,
          recording: sessionRecordingSchema,
          /** The last one, again and again while the session lasts. */
          hostStop: hostStopSchema.optional(),
          hasEnded: z.boolean(),
        }),
      )
      .max(200),
  }),
  response: z.object({
    /** Those of this agent that wait for an answer, oldest first. */
    commands: z.array(recordingCommandSchema.extend({ notice: noticeSchema.optional() })),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: [],
});

export const settleCommand = defineRoute({
  operationId: 'settleCommand',
  method: 'PUT',
  path: '/agent/v1/commands/{commandId}',
  summary: 'Confirms a command of an administrator, or says why it was not followed',
  integration: { kind: 'function', name: 'session-intake' },
  access: { kind: 'agent' },
  audit: { kind: 'unaudited', because: 'the command row keeps it, and the command itself was audited' },
  params: z.object({ commandId: recordingCommandIdSchema }),
  body: z.object({
    state: z.enum(['done', 'refused']),
    reason: labelSchema.optional(),
    recording: sessionRecordingSchema,
  }),
  response: z.object({ serverTime: timestampSchema }),
  successStatus: 200,
  problems: ['command-not-found'],
});

export const agentRoutes = [
  enrolAgent,
  startSession,
  reviewSession,
  beginRecording,
  grantUploads,
  postNotice,
  getCommits,
  openAgentChannel,
  reportNotice,
  reportSessions,
  settleCommand,
] as const;
