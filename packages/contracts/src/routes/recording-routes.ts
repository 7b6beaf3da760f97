import * as z from 'zod';
import { deviceCertificateSchema } from '../entities/agent.ts';
import { retiredManifestKeySchema } from '../entities/manifest-key.ts';
import { recordedEventSchema, recordingSchema, recordingStateSchema, segmentSchema } from '../entities/recording.ts';
import { noticeReportSchema } from '../entities/session.ts';
import { base64Schema, labelSchema, timestampSchema } from '../entities/values.ts';
import { playbackIdSchema, recordingIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const players = { kind: 'roles', anyOf: ['Player', 'PrivilegedPlayer'] } as const;
const ofRecording = z.object({ recordingId: recordingIdSchema });

/**
 * RSA-OAEP-256 public key that the viewer made for this playback (RFC 7518, 6.3.1); its private half never leaves the
 * viewer. 2048 to 4096 bits without leading zeros, exponent 65537: what cannot be wrapped to is refused when the
 * playback is opened, not when the first key is due.
 */
const viewerPublicKeySchema = z.object({
  kty: z.literal('RSA'),
  n: z
    .string()
    .regex(/^[g-z0-9_-][\w-]{341,682}$/, { error: 'must be a modulus of 2048 to 4096 bits in base64url', abort: true })
    .refine((text) => text.length % 4 !== 1, 'must be whole bytes in base64url'),
  e: z.literal('AQAB'),
});

/** A moment in milliseconds, or `start`: where one begins to watch, at the newest of a live recording, else at its first. */
const startSchema = z.literal('start');

const wrappedKeysSchema = z.array(z.object({ epoch: z.int(), wrappedKey: base64Schema }));

const signedUrl = { url: z.url(), expiresAt: timestampSchema };

export const listRecordings = defineRoute({
  operationId: 'listRecordings',
  method: 'GET',
  path: '/api/v1/recordings',
  summary: 'Lists recordings, live ones first, then newest first',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.list' },
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(2000).optional(),
    state: recordingStateSchema.optional(),
  }),
  response: z.object({
    recordings: z.array(recordingSchema),
    cursor: z.string().optional(),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: [],
});

export const getRecording = defineRoute({
  operationId: 'getRecording',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}',
  summary: 'Shows one recording: who, where, why it was recorded, what is stored',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.show', subject: 'recordingId' },
  params: ofRecording,
  response: z.object({ recording: recordingSchema, serverTime: timestampSchema }),
  successStatus: 200,
  problems: ['recording-not-found'],
});

export const listRecordingNotices = defineRoute({
  operationId: 'listRecordingNotices',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/notices',
  summary: 'Lists what the recorded user was told in the session, in which language, and how it was answered',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.notices', subject: 'recordingId' },
  params: ofRecording,
  /** Oldest first. */
  response: z.object({ notices: z.array(noticeReportSchema) }),
  successStatus: 200,
  problems: ['recording-not-found'],
});

export const listSegments = defineRoute({
  operationId: 'listSegments',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/segments',
  summary: 'Lists stored segments in sequence, with signed URLs of the objects that hold them',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.segments', subject: 'recordingId' },
  params: ofRecording,
  query: z.object({
    afterSequence: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
    /** Lists from the key image on that this moment is decoded from, if it is near; `afterSequence` counts for nothing then. */
    around: z.union([startSchema, z.coerce.number().min(0)]).optional(),
  }),
  response: z.object({
    state: recordingStateSchema,
    /** End of all that is stored, in milliseconds. */
    durationMs: z.number().min(0),
    contiguousSequence: z.int(),
    finalSequence: z.int().optional(),
    /** Objects that hold the segments below: chunks while live, the recording file once sealed. Read by range. */
    sources: z.array(z.object({ url: z.url(), expiresAt: timestampSchema })),
    segments: z.array(segmentSchema.extend({ source: z.int().min(0).describe('index into sources') })),
    hasMore: z.boolean(),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-erased'],
});

export const listRecordedEvents = defineRoute({
  operationId: 'listRecordedEvents',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/events',
  summary: 'Lists what was noticed in the session, in time order, idle periods included',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.events', subject: 'recordingId' },
  params: ofRecording,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(1000).default(500),
    cursor: z.string().max(2000).optional(),
  }),
  response: z.object({ events: z.array(recordedEventSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-erased'],
});

export const getManifest = defineRoute({
  operationId: 'getManifest',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/manifest',
  summary: 'Returns the newest signed manifest and the public keys that prove it',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.manifest', subject: 'recordingId' },
  params: ofRecording,
  response: z.object({
    /** Canonical JSON, byte for byte as signed. */
    manifest: z.string(),
    /** ECDSA P-256 over SHA-256, DER, base64. */
    signature: base64Schema,
    /** SubjectPublicKeyInfo, DER, base64. */
    manifestPublicKey: base64Schema,
    certificate: deviceCertificateSchema,
  }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-still-live'],
});

export const getRecordingFiles = defineRoute({
  operationId: 'getRecordingFiles',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/files',
  summary: 'Signs the download of a recording: its files, still encrypted, and every version of its manifest',
  integration: { kind: 'function', name: 'catalog' },
  access: players,
  audit: { kind: 'audited', action: 'recording.download', subject: 'recordingId' },
  params: ofRecording,
  response: z.object({
    files: z.array(
      z.object({ fileNumber: z.int().min(1), objectKey: z.string(), sizeBytes: z.int().min(0), ...signedUrl }),
    ),
    /** Oldest first. Each is `{ "manifest": canonical JSON as text, "signature": base64 }`. */
    manifests: z.array(z.object({ manifestVersion: z.int().min(1), objectKey: z.string(), ...signedUrl })),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-still-live', 'recording-erased'],
});

export const getManifestKeys = defineRoute({
  operationId: 'getManifestKeys',
  method: 'GET',
  path: '/api/v1/manifest-keys',
  summary: 'Returns the public keys that prove manifests and device certificates, with the time that each signed',
  integration: { kind: 'function', name: 'catalog' },
  access: { kind: 'signed-in', because: 'public keys are no secret; they are kept apart from the recordings' },
  audit: { kind: 'unaudited', because: 'reveals nothing of any recording' },
  response: z.object({
    format: z.literal('afterimage-manifest-keys'),
    formatVersion: z.literal(1),
    asOf: timestampSchema,
    keys: z.array(
      retiredManifestKeySchema.extend({
        /** First 16 bytes of the SHA-256 of the key, hex. */
        keyId: z.string().regex(/^[0-9a-f]{32}$/),
        validFrom: timestampSchema.nullable(),
        /** Null for the key that signs now. */
        validUntil: timestampSchema.nullable(),
      }),
    ),
  }),
  successStatus: 200,
  problems: [],
});

export const openPlayback = defineRoute({
  operationId: 'openPlayback',
  method: 'POST',
  path: '/api/v1/recordings/{recordingId}/playbacks',
  summary: 'Opens a playback, to which epoch keys may then be released; the first one with it',
  integration: { kind: 'function', name: 'playback' },
  access: players,
  audit: { kind: 'audited', action: 'playback.open', subject: 'recordingId' },
  params: ofRecording,
  body: z.object({
    viewerPublicKey: viewerPublicKeySchema,
    justification: z.string().trim().max(1000).optional(),
    /** The moment that is watched first: its epoch key is released with the answer, as `releaseKeys` would. */
    around: z.union([startSchema, z.number().min(0)]).optional(),
  }),
  response: z.object({ playbackId: playbackIdSchema, expiresAt: timestampSchema, keys: wrappedKeysSchema }),
  successStatus: 201,
  problems: ['recording-not-found', 'recording-erased'],
});

export const releaseKeys = defineRoute({
  operationId: 'releaseKeys',
  method: 'POST',
  path: '/api/v1/recordings/{recordingId}/playbacks/{playbackId}/keys',
  summary: 'Releases epoch keys, each wrapped to the viewer and audited',
  integration: { kind: 'function', name: 'playback' },
  access: players,
  audit: { kind: 'audited', action: 'playback.key-release', subject: 'recordingId' },
  params: z.object({ recordingId: recordingIdSchema, playbackId: playbackIdSchema }),
  body: z.object({ epochs: z.array(z.int().min(0).max(100_000)).min(1).max(20) }),
  response: z.object({ keys: wrappedKeysSchema }),
  successStatus: 200,
  problems: ['recording-not-found', 'playback-expired', 'recording-erased'],
});

export const getMe = defineRoute({
  operationId: 'getMe',
  method: 'GET',
  path: '/api/v1/me',
  summary: 'Says who is signed in and which roles they hold',
  integration: { kind: 'function', name: 'catalog' },
  access: { kind: 'signed-in', because: 'the console must tell a person without roles that they have none' },
  audit: { kind: 'unaudited', because: 'reveals only what the caller knows' },
  response: z.object({
    userName: labelSchema,
    groups: z.array(labelSchema),
    /** False: the directory calls them inactive, and they hold no role as long as it does. */
    isActive: z.boolean(),
    roles: z.array(z.string()),
    serverTime: timestampSchema,
  }),
  successStatus: 200,
  problems: [],
});

export const recordingRoutes = [
  listRecordings,
  getRecording,
  listRecordingNotices,
  listSegments,
  listRecordedEvents,
  getManifest,
  getRecordingFiles,
  getManifestKeys,
  openPlayback,
  releaseKeys,
  getMe,
] as const;
