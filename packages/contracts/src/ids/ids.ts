import * as z from 'zod';
import { decodeUlid, makeUlid } from './ulid.ts';

const prefixes = {
  agent: 'agt',
  session: 'ses',
  recording: 'rec',
  recordingFile: 'fil',
  playback: 'pbk',
  watch: 'wch',
  enrolmentToken: 'enr',
  auditEntry: 'aud',
  policy: 'pol',
  rule: 'rul',
  directoryUser: 'usr',
  directoryGroup: 'grp',
  scimToken: 'sct',
  publishingSite: 'sit',
  recordingCommand: 'cmd',
} as const;

type IdKind = keyof typeof prefixes;

function idSchema<K extends IdKind>(kind: K) {
  const prefix = prefixes[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be an id of the form ${prefix}_…`)
    .brand<K>();
}

export const agentIdSchema = idSchema('agent');
export const sessionIdSchema = idSchema('session');
export const recordingIdSchema = idSchema('recording');
export const recordingFileIdSchema = idSchema('recordingFile');
export const playbackIdSchema = idSchema('playback');
export const watchIdSchema = idSchema('watch');
export const enrolmentTokenIdSchema = idSchema('enrolmentToken');
export const auditEntryIdSchema = idSchema('auditEntry');
export const policyIdSchema = idSchema('policy');
export const ruleIdSchema = idSchema('rule');
export const directoryUserIdSchema = idSchema('directoryUser');
export const directoryGroupIdSchema = idSchema('directoryGroup');
export const scimTokenIdSchema = idSchema('scimToken');
export const publishingSiteIdSchema = idSchema('publishingSite');
export const recordingCommandIdSchema = idSchema('recordingCommand');

export type AgentId = z.infer<typeof agentIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;
export type RecordingId = z.infer<typeof recordingIdSchema>;
export type RecordingFileId = z.infer<typeof recordingFileIdSchema>;
export type PlaybackId = z.infer<typeof playbackIdSchema>;
export type WatchId = z.infer<typeof watchIdSchema>;
export type EnrolmentTokenId = z.infer<typeof enrolmentTokenIdSchema>;
export type AuditEntryId = z.infer<typeof auditEntryIdSchema>;
export type PolicyId = z.infer<typeof policyIdSchema>;
export type RuleId = z.infer<typeof ruleIdSchema>;
export type DirectoryUserId = z.infer<typeof directoryUserIdSchema>;
export type DirectoryGroupId = z.infer<typeof directoryGroupIdSchema>;
export type ScimTokenId = z.infer<typeof scimTokenIdSchema>;
export type PublishingSiteId = z.infer<typeof publishingSiteIdSchema>;
export type RecordingCommandId = z.infer<typeof recordingCommandIdSchema>;

/** Where ids come from: time and randomness are injected so that tests repeat. */
export interface IdSource {
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
}

function make(kind: IdKind, source: IdSource): string {
  return `${prefixes[kind]}_${makeUlid(source.nowMs(), source.randomBytes(10))}`;
}

export const makeAgentId = (source: IdSource): AgentId => agentIdSchema.parse(make('agent', source));
export const makeSessionId = (source: IdSource): SessionId => sessionIdSchema.parse(make('session', source));
export const makeRecordingId = (source: IdSource): RecordingId => recordingIdSchema.parse(make('recording', source));
export const makeRecordingFileId = (source: IdSource): RecordingFileId =>
  recordingFileIdSchema.parse(make('recordingFile', source));
export const makePlaybackId = (source: IdSource): PlaybackId => playbackIdSchema.parse(make('playback', source));
export const makeWatchId = (source: IdSource): WatchId => watchIdSchema.parse(make('watch', source));
export const makeEnrolmentTokenId = (source: IdSource): EnrolmentTokenId =>
  enrolmentTokenIdSchema.parse(make('enrolmentToken', source));
export const makeAuditEntryId = (source: IdSource): AuditEntryId =>
  auditEntryIdSchema.parse(make('auditEntry', source));
export const makePolicyId = (source: IdSource): PolicyId => policyIdSchema.parse(make('policy', source));
export const makeRuleId = (source: IdSource): RuleId => ruleIdSchema.parse(make('rule', source));
export const makeDirectoryUserId = (source: IdSource): DirectoryUserId =>
  directoryUserIdSchema.parse(make('directoryUser', source));
export const makeDirectoryGroupId = (source: IdSource): DirectoryGroupId =>
  directoryGroupIdSchema.parse(make('directoryGroup', source));
export const makeScimTokenId = (source: IdSource): ScimTokenId => scimTokenIdSchema.parse(make('scimToken', source));
export const makePublishingSiteId = (source: IdSource): PublishingSiteId =>
  publishingSiteIdSchema.parse(make('publishingSite', source));
export const makeRecordingCommandId = (source: IdSource): RecordingCommandId =>
  recordingCommandIdSchema.parse(make('recordingCommand', source));

/** The 16 bytes that stand for an id in a segment header. */
export function idToBytes(id: AgentId | RecordingId): Uint8Array<ArrayBuffer> {
  return decodeUlid(id.slice(4));
}
