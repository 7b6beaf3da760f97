import * as z from 'zod';
import {
  policyChangeSchema,
  policyVersionSchema,
  recordingPolicyDraftSchema,
  recordingPolicyIdSchema,
  recordingPolicyPartsSchema,
  recordingPolicySchema,
  recordingPolicySummarySchema,
  viewingPolicyDraftSchema,
  viewingPolicySchema,
} from '../entities/policy.ts';
import { recordingActionSchema, recordingDecisionSchema, sessionAttributesSchema } from '../entities/session.ts';
import { noticeMessagesDraftSchema, noticeMessagesSchema, siteSettingsSchema } from '../entities/site-settings.ts';
import { labelSchema, timestampSchema } from '../entities/values.ts';
import { policyIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const administrators = { kind: 'roles', anyOf: ['PolicyAdministrator'] } as const;
const integration = { kind: 'function', name: 'policies' } as const;

const ofRecordingPolicy = z.object({ policyId: recordingPolicyIdSchema });
const ofViewingPolicy = z.object({ policyId: policyIdSchema });
const version = z.int().min(1);
/** For 10,000 rules. The answer, which repeats them, must fit what a function may answer. */
const maxBodyBytes = 3_500_000;
/** Why it was changed, for the history. */
const comment = z.string().trim().max(1000).default('');
/** The version that the change was made from: if there is a newer one by now, nothing is changed. */
const expectedVersion = version;
/** What touches the active policy takes effect at once and must be meant (POL-009). */
const confirmsActive = z.boolean().default(false);

const versionedResponse = z.object({
  policy: recordingPolicySchema,
  /** At most 500; named without their values where those are large. */
  changes: z.array(policyChangeSchema),
  changeCount: z.int().min(0),
});

export const listRecordingPolicies = defineRoute({
  operationId: 'listRecordingPolicies',
  method: 'GET',
  path: '/api/v1/policies/recording',
  summary: 'Lists recording policies and says which one is active',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.list' },
  response: z.object({
    policies: z.array(recordingPolicySummarySchema),
    activePolicyId: recordingPolicyIdSchema,
    activatedAt: timestampSchema.optional(),
    activatedBy: labelSchema.optional(),
  }),
  successStatus: 200,
  problems: [],
});

export const createRecordingPolicy = defineRoute({
  operationId: 'createRecordingPolicy',
  method: 'POST',
  path: '/api/v1/policies/recording',
  summary: 'Creates a recording policy: new, as a copy of another, or from an exported document',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.create', details: ['copyOf', 'comment'] },
  maxBodyBytes,
  body: z.object({
    /** Its content is taken, with what the draft below says otherwise. The rule of a system policy is for everybody and is not taken. */
    copyOf: recordingPolicyIdSchema.optional(),
    draft: recordingPolicyPartsSchema.default({}),
    comment,
  }),
  response: z.object({ policy: recordingPolicySchema }),
  successStatus: 201,
  problems: ['policy-not-found'],
});

export const getRecordingPolicy = defineRoute({
  operationId: 'getRecordingPolicy',
  method: 'GET',
  path: '/api/v1/policies/recording/{policyId}',
  summary: 'Shows a recording policy with its rules',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.show', subject: 'policyId' },
  params: ofRecordingPolicy,
  response: z.object({ policy: recordingPolicySchema, isActive: z.boolean() }),
  successStatus: 200,
  problems: ['policy-not-found'],
});

export const changeRecordingPolicy = defineRoute({
  operationId: 'changeRecordingPolicy',
  method: 'PUT',
  path: '/api/v1/policies/recording/{policyId}',
  summary: 'Gives a recording policy new content, as its next version',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.change', subject: 'policyId', details: ['comment'] },
  params: ofRecordingPolicy,
  maxBodyBytes,
  body: z.object({ expectedVersion, draft: recordingPolicyDraftSchema, comment, confirmsActive }),
  response: versionedResponse,
  successStatus: 200,
  problems: [
    'policy-not-found',
    'policy-system-defined',
    'policy-read-only',
    'policy-changed',
    'confirmation-required',
  ],
});

export const deleteRecordingPolicy = defineRoute({
  operationId: 'deleteRecordingPolicy',
  method: 'DELETE',
  path: '/api/v1/policies/recording/{policyId}',
  summary: 'Deletes a recording policy that is not active; its versions stay, for the decisions that were made by them',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.delete', subject: 'policyId' },
  params: ofRecordingPolicy,
  response: z.undefined(),
  successStatus: 204,
  problems: ['policy-not-found', 'policy-system-defined', 'policy-read-only', 'policy-active'],
});

export const activateRecordingPolicy = defineRoute({
  operationId: 'activateRecordingPolicy',
  method: 'PUT',
  path: '/api/v1/policies/recording/active',
  summary: 'Activates a recording policy for sessions that start from now on',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.activate', details: ['policyId'] },
  body: z.object({
    policyId: recordingPolicyIdSchema,
    /** Which one the caller believes to be active: if another is by now, nothing is changed. */
    expectedActivePolicyId: recordingPolicyIdSchema.optional(),
  }),
  response: z.object({ activePolicyId: recordingPolicyIdSchema }),
  successStatus: 200,
  problems: ['policy-not-found', 'policy-changed'],
});

export const listRecordingPolicyVersions = defineRoute({
  operationId: 'listRecordingPolicyVersions',
  method: 'GET',
  path: '/api/v1/policies/recording/{policyId}/versions',
  summary: 'Lists the versions of a recording policy, newest first: who changed it, when and why',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.history', subject: 'policyId' },
  params: ofRecordingPolicy,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    beforeVersion: z.coerce.number().int().min(1).optional(),
  }),
  response: z.object({ versions: z.array(policyVersionSchema), hasMore: z.boolean() }),
  successStatus: 200,
  problems: ['policy-not-found'],
});

export const compareRecordingPolicyVersions = defineRoute({
  operationId: 'compareRecordingPolicyVersions',
  method: 'GET',
  path: '/api/v1/policies/recording/{policyId}/versions/{version}',
  summary: 'Shows a recording policy as it was, and what it changed against the version before or another one',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.history', subject: 'policyId' },
  params: z.object({ policyId: recordingPolicyIdSchema, version: z.coerce.number().int().min(1) }),
  /** Default: the version before. */
  query: z.object({ against: z.coerce.number().int().min(1).optional() }),
  response: versionedResponse,
  successStatus: 200,
  problems: ['policy-not-found'],
});

export const restoreRecordingPolicyVersion = defineRoute({
  operationId: 'restoreRecordingPolicyVersion',
  method: 'POST',
  path: '/api/v1/policies/recording/{policyId}/versions/{version}/restoration',
  summary: 'Takes the content of an earlier version back, as the next version',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.restore', subject: 'policyId', details: ['comment'] },
  params: z.object({ policyId: recordingPolicyIdSchema, version: z.coerce.number().int().min(1) }),
  body: z.object({ expectedVersion, comment, confirmsActive }),
  response: versionedResponse,
  successStatus: 200,
  problems: [
    'policy-not-found',
    'policy-system-defined',
    'policy-read-only',
    'policy-changed',
    'confirmation-required',
  ],
});

/** A stored policy, or content that nobody has stored yet. Neither: the active policy. */
const policyInQuestion = {
  policyId: recordingPolicyIdSchema.optional(),
  draft: recordingPolicyDraftSchema.optional(),
};

export const testRecordingPolicy = defineRoute({
  operationId: 'testRecordingPolicy',
  method: 'POST',
  path: '/api/v1/policies/recording/tests',
  summary:
    'Says how a policy would decide a session, and why each rule matches or does not; nothing is recorded or changed',
  integration,
  access: { kind: 'roles', anyOf: ['PolicyAdministrator', 'PolicyQuery'] },
  audit: { kind: 'audited', action: 'policy.test', details: ['policyId', 'sessionId'] },
  maxBodyBytes,
  body: z.object({
    ...policyInQuestion,
    /** A session of the past, or one that is made up. */
    sessionId: sessionIdSchema.optional(),
    attributes: sessionAttributesSchema.optional(),
  }),
  response: z.object({
    decision: recordingDecisionSchema,
    /** What the session was taken for, groups of the directory included. */
    attributes: sessionAttributesSchema,
    /** At most 200: those that match, then the others, in the order in which they would win. */
    rules: z.array(
      z.object({
        ruleId: labelSchema,
        ruleName: labelSchema,
        action: recordingActionSchema,
        matches: z.boolean(),
        criteria: z.array(z.object({ criterion: labelSchema, matches: z.boolean(), because: z.string().max(500) })),
      }),
    ),
  }),
  successStatus: 200,
  problems: ['policy-not-found', 'session-not-found'],
});

const sessionTotalsSchema = z.object({
  sessions: z.int().min(0),
  recorded: z.int().min(0),
  eventsOnly: z.int().min(0),
  told: z.int().min(0),
  /** Their hours by what an hour of the newest recordings takes: see `measured`. */
  bytes: z.number().min(0),
});
export type SessionTotals = z.infer<typeof sessionTotalsSchema>;

export const simulateRecordingPolicy = defineRoute({
  operationId: 'simulateRecordingPolicy',
  method: 'POST',
  path: '/api/v1/policies/recording/simulations',
  summary: 'Runs a policy over the sessions of the last days and says what would have been different, a page at a time',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'policy.simulate', details: ['policyId'] },
  maxBodyBytes,
  body: z.object({
    ...policyInQuestion,
    days: z.int().min(1).max(30).default(30),
    /** Of the page before; totals are of one page and are added up by the caller. */
    cursor: z.string().max(2000).optional(),
  }),
  response: z.object({
    before: sessionTotalsSchema,
    after: sessionTotalsSchema,
    /** Sessions that would have been treated otherwise: at most 100 of a page, with the number of all. */
    changedCount: z.int().min(0),
    changed: z.array(
      z.object({
        sessionId: sessionIdSchema,
        user: labelSchema,
        host: labelSchema,
        application: labelSchema.optional(),
        startedAt: timestampSchema,
        before: recordingActionSchema,
        after: recordingActionSchema,
        ruleName: labelSchema,
        reason: z.string().max(500),
      }),
    ),
    /** What `bytes` is reckoned by: an hour of the newest recordings of the screen, and of those of events alone. */
    measured: z.object({
      recordings: z.int().min(0),
      screenBytesPerHour: z.number().min(0),
      eventBytesPerHour: z.number().min(0),
    }),
    /** Start of the last session of this page: how far the caller has come. */
    reachedAt: timestampSchema.optional(),
    cursor: z.string().optional(),
  }),
  successStatus: 200,
  problems: ['policy-not-found'],
});

export const listViewingPolicies = defineRoute({
  operationId: 'listViewingPolicies',
  method: 'GET',
  path: '/api/v1/policies/viewing',
  summary: 'Lists viewing policies: whose recordings each viewer may see',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'viewing-policy.list' },
  response: z.object({ policies: z.array(viewingPolicySchema), areOn: z.boolean() }),
  successStatus: 200,
  problems: [],
});

export const createViewingPolicy = defineRoute({
  operationId: 'createViewingPolicy',
  method: 'POST',
  path: '/api/v1/policies/viewing',
  summary: 'Creates a viewing policy, in force at once',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'viewing-policy.create' },
  maxBodyBytes,
  body: z.object({ draft: viewingPolicyDraftSchema }),
  response: z.object({ policy: viewingPolicySchema }),
  successStatus: 201,
  problems: ['viewing-policies-off'],
});

export const changeViewingPolicy = defineRoute({
  operationId: 'changeViewingPolicy',
  method: 'PUT',
  path: '/api/v1/policies/viewing/{policyId}',
  summary: 'Gives a viewing policy new content, in force at once',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'viewing-policy.change', subject: 'policyId' },
  params: ofViewingPolicy,
  maxBodyBytes,
  body: z.object({ expectedVersion, draft: viewingPolicyDraftSchema }),
  response: z.object({ policy: viewingPolicySchema }),
  successStatus: 200,
  problems: ['viewing-policies-off', 'policy-not-found', 'policy-changed'],
});

export const deleteViewingPolicy = defineRoute({
  operationId: 'deleteViewingPolicy',
  method: 'DELETE',
  path: '/api/v1/policies/viewing/{policyId}',
  summary: 'Deletes a viewing policy; what it alone showed is seen no more',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'viewing-policy.delete', subject: 'policyId' },
  params: ofViewingPolicy,
  response: z.undefined(),
  successStatus: 204,
  problems: ['viewing-policies-off', 'policy-not-found'],
});

export const getSiteSettings = defineRoute({
  operationId: 'getSiteSettings',
  method: 'GET',
  path: '/api/v1/settings',
  summary: 'Shows the settings of the deployment',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'settings.show' },
  response: z.object({ settings: siteSettingsSchema }),
  successStatus: 200,
  problems: [],
});

export const changeSiteSettings = defineRoute({
  operationId: 'changeSiteSettings',
  method: 'PUT',
  path: '/api/v1/settings',
  summary: 'Changes settings of the deployment; what is left out stays',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'settings.change', details: ['areViewingPoliciesOn', 'doHostGroupsCount'] },
  body: z.object({ areViewingPoliciesOn: z.boolean().optional(), doHostGroupsCount: z.boolean().optional() }),
  response: z.object({ settings: siteSettingsSchema }),
  successStatus: 200,
  problems: [],
});

export const getNoticeMessages = defineRoute({
  operationId: 'getNoticeMessages',
  method: 'GET',
  path: '/api/v1/notice-messages',
  summary: 'Shows what recorded users are told, in each language, with the built-in texts',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'notice-messages.show' },
  response: z.object({
    messages: noticeMessagesSchema,
    builtIn: z.array(z.object({ language: z.string(), title: z.string(), body: z.string(), consentBody: z.string() })),
  }),
  successStatus: 200,
  problems: [],
});

export const changeNoticeMessages = defineRoute({
  operationId: 'changeNoticeMessages',
  method: 'PUT',
  path: '/api/v1/notice-messages',
  summary: 'Changes what recorded users are told, as the next version',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'notice-messages.change' },
  maxBodyBytes,
  body: z.object({ expectedVersion: z.int().min(0), draft: noticeMessagesDraftSchema }),
  response: z.object({ messages: noticeMessagesSchema }),
  successStatus: 200,
  problems: ['policy-changed'],
});

export const policyRoutes = [
  listRecordingPolicies,
  createRecordingPolicy,
  activateRecordingPolicy,
  testRecordingPolicy,
  simulateRecordingPolicy,
  getRecordingPolicy,
  changeRecordingPolicy,
  deleteRecordingPolicy,
  listRecordingPolicyVersions,
  compareRecordingPolicyVersions,
  restoreRecordingPolicyVersion,
  listViewingPolicies,
  createViewingPolicy,
  changeViewingPolicy,
  deleteViewingPolicy,
  getSiteSettings,
  changeSiteSettings,
  getNoticeMessages,
  changeNoticeMessages,
] as const;
