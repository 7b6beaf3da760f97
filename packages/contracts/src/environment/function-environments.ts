import * as z from 'zod';
import { retiredManifestKeySchema } from '../entities/manifest-key.ts';
import { labelSchema } from '../entities/values.ts';
import type { FunctionName } from './function-names.ts';

const name = z.string().min(1);

const agentsTable = { AGENTS_TABLE: name };
const recordingsTable = { RECORDINGS_TABLE: name };
const sessionsTable = { SESSIONS_TABLE: name };
const keysTable = { KEYS_TABLE: name };
const configurationTable = { CONFIGURATION_TABLE: name };
const auditTable = { AUDIT_TABLE: name };
const directoryTable = { DIRECTORY_TABLE: name };
/** `https://…/scim/v2`: where identity providers send people and groups. */
const scimUrl = { SCIM_URL: z.url() };
const bus = { EVENT_BUS: name };
const erasureQueue = { ERASURE_QUEUE_URL: z.url() };
const days = z.coerce.number().int().min(0).max(35);
const connectionsTable = { CONNECTIONS_TABLE: name };
/** `wss://…`: where agents and viewers connect. */
const channelUrl = { CHANNEL_URL: z.url({ protocol: /^wss?$/ }) };
/** Who posts notices into the channel needs to know its connections. */
const channelPoster = {
  ...connectionsTable,
  /** `https://…`: where notices are posted. */
  CHANNEL_MANAGEMENT_URL: z.url(),
};
const reviewers = {
  ...configurationTable,
  ...auditTable,
  /** Roles are held by groups, of the token and of the directory. */
  ...directoryTable,
  /** Members of this group hold every role, so that a new deployment can be administered at all. */
  BOOTSTRAP_ADMINISTRATORS_GROUP: labelSchema,
};

/** What each function finds in its environment: typed in the CDK app, parsed once at cold start. */
export const functionEnvironments = {
  'agent-authorizer': z.object({ ...agentsTable }),
  'agent-enrolment': z.object({ ...agentsTable, ...auditTable, WRAPPING_KEY: name, MANIFEST_KEY: name }),
  'policy-evaluation': z.object({ ...agentsTable, ...sessionsTable, ...configurationTable, ...directoryTable }),
  'session-intake': z.object({ ...sessionsTable, ...auditTable }),
  'recording-intake': z.object({
    ...agentsTable,
    ...sessionsTable,
    ...recordingsTable,
    ...keysTable,
    ...auditTable,
    ...bus,
    ...connectionsTable,
    ...channelUrl,
    LANDING_BUCKET: name,
    WRAPPING_KEY: name,
  }),
  channel: z.object({ ...channelPoster }),
  ingest: z.object({ ...recordingsTable, ...bus, ...channelPoster, LANDING_BUCKET: name, FINALISE_QUEUE_URL: z.url() }),
  'event-indexer': z.object({ ...recordingsTable, ...keysTable, LANDING_BUCKET: name, WRAPPING_KEY: name }),
  finalise: z.object({
    ...recordingsTable,
    ...bus,
    LANDING_BUCKET: name,
    RECORDINGS_BUCKET: name,
    MANIFEST_KEY: name,
  }),
  sweeper: z.object({
    ...recordingsTable,
    ...bus,
    ...erasureQueue,
    FINALISE_QUEUE_URL: z.url(),
    SILENCE_SECONDS: z.coerce.number().min(1),
    MESSAGE_LIFE_SECONDS: z.coerce.number().min(1),
  }),
  catalog: z.object({
    ...reviewers,
    ...recordingsTable,
    ...sessionsTable,
    LANDING_BUCKET: name,
    RECORDINGS_BUCKET: name,
    MANIFEST_KEY: name,
    /** JSON: the public halves of the keys that signed before it, oldest first. */
    RETIRED_MANIFEST_KEYS: z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.array(retiredManifestKeySchema)),
  }),
  playback: z.object({ ...reviewers, ...recordingsTable, ...keysTable, WRAPPING_KEY: name }),
  watching: z.object({
    ...reviewers,
    ...recordingsTable,
    ...channelPoster,
    ...channelUrl,
    /** Whether people may watch what is under way (STO-023). */
    LIVE_VIEW: z.enum(['allowed', 'forbidden']),
  }),
  administration: z.object({
    ...reviewers,
    ...agentsTable,
    ...recordingsTable,
    ...erasureQueue,
    FINALISE_QUEUE_URL: z.url(),
    /** JSON: queue name → URL and URL of its dead-letter queue. */
    QUEUES: z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.record(labelSchema, z.object({ url: z.url(), deadLetterUrl: z.url(), deadLetterArn: name }))),
  }),
  sessions: z.object({ ...reviewers, ...sessionsTable, ...channelPoster }),
  policies: z.object({ ...reviewers, ...sessionsTable, ...recordingsTable }),
  directory: z.object({ ...reviewers, ...scimUrl }),
  scim: z.object({ ...directoryTable, ...auditTable, ...scimUrl }),
  erasure: z.object({
    ...recordingsTable,
    ...keysTable,
    ...bus,
    LANDING_BUCKET: name,
    RECORDINGS_BUCKET: name,
    MANIFEST_KEY: name,
    /** How far back the backups of the two tables reach: an erasure is final only after that. */
    KEYS_RECOVERY_DAYS: days,
    RECORDINGS_RECOVERY_DAYS: days,
  }),
} as const satisfies Record<FunctionName, z.ZodObject>;

/** What a function works with, parsed. */
export type FunctionEnvironment<N extends FunctionName> = z.output<(typeof functionEnvironments)[N]>;

/** What the CDK app must set: every variable, as text. */
export type FunctionVariables<N extends FunctionName> = Record<keyof z.input<(typeof functionEnvironments)[N]>, string>;
