import * as z from 'zod';
import { policyIdSchema, ruleIdSchema } from '../ids/ids.ts';
import { parseAddressRange } from './address-range.ts';
import { recordingActionSchema, recordingOptionsSchema, ruleOptionsSchema } from './session.ts';
import { labelSchema, timestampSchema } from './values.ts';

/** In the order in which people know them. None can be changed or deleted (POL-011, POL-012). */
export const systemRecordingPolicyIdSchema = z.enum([
  'do-not-record',
  'record-everyone-with-notification',
  'record-everyone-without-notification',
  'record-everyone-lossy-with-notification',
  'record-everyone-lossy-without-notification',
  'record-everyone-with-audio-and-notification',
  'record-everyone-with-audio-without-notification',
  'record-events-with-notification',
  'record-events-without-notification',
]);
export type SystemRecordingPolicyId = z.infer<typeof systemRecordingPolicyIdSchema>;

export const recordingPolicyIdSchema = z.union([systemRecordingPolicyIdSchema, policyIdSchema]);
export type RecordingPolicyId = z.infer<typeof recordingPolicyIdSchema>;

/** A user by sign-in name, or a group by name. Compared whole, upper and lower case alike. */
export const principalSchema = z.object({ kind: z.enum(['user', 'group']), name: labelSchema });
export type Principal = z.infer<typeof principalSchema>;

export const machineSchema = z.object({ kind: z.enum(['machine', 'machine-group']), name: labelSchema });
export type Machine = z.infer<typeof machineSchema>;

/** As `parseAddressRange` reads it. */
export const addressRangeSchema = z
  .string()
  .trim()
  .max(100)
  .refine(
    (text) => parseAddressRange(text) !== undefined,
    'must be an address such as "10.0.0.7", a range such as "10.0.0.1-10.0.0.9" or a network such as "10.0.0.0/8"',
  );

const maxPerCriterion = 1_000;

/** What a criterion lists is an alternative; the criteria that a rule has must all hold (POL-046). */
export const ruleCriteriaSchema = z.strictObject({
  principals: z.array(principalSchema).min(1).max(maxPerCriterion).optional(),
  /** Published applications and desktops by name. */
  applications: z.array(labelSchema).min(1).max(maxPerCriterion).optional(),
  machines: z.array(machineSchema).min(1).max(maxPerCriterion).optional(),
  /** Of the user's own device, not of the host. */
  clientAddresses: z.array(addressRangeSchema).min(1).max(maxPerCriterion).optional(),
  accessTags: z.array(labelSchema).min(1).max(maxPerCriterion).optional(),
});
export type RuleCriteria = z.infer<typeof ruleCriteriaSchema>;

const screenActions: readonly string[] = ['record-with-notification', 'record-without-notification'];

/** Audio, lossy images and hidden windows are of the screen (POL-032, POL-036). */
function optionsFitAction(
  { action, options }: { action: string; options: z.infer<typeof ruleOptionsSchema> },
  context: z.RefinementCtx,
): void {
  if (screenActions.includes(action)) return;
  for (const name of ['recordsAudio', 'isLossy', 'hiddenApplications'] as const) {
    if (options[name] === undefined || options[name] === false) continue;
    context.addIssue({ code: 'custom', path: ['options', name], message: 'is for rules that record the screen' });
  }
}

const hasCriterion = (criteria: RuleCriteria) => Object.values(criteria).some((values) => values !== undefined);

const rule = {
  name: labelSchema,
  action: recordingActionSchema,
  options: ruleOptionsSchema.prefault({}),
};

/** A rule of a custom policy. Rules stand in the order in which they were made: of equal actions the oldest wins (A2). */
export const recordingRuleSchema = z
  .object({
    ruleId: ruleIdSchema,
    ...rule,
    criteria: ruleCriteriaSchema.refine(hasCriterion, 'must have at least one criterion'),
  })
  .superRefine(optionsFitAction);
export type RecordingRule = z.infer<typeof recordingRuleSchema>;

/** A rule of any policy, as the engine takes it: one of a system policy is for everybody and has no criteria. */
export const anyRecordingRuleSchema = z.object({ ruleId: labelSchema, ...rule, criteria: ruleCriteriaSchema });
export type AnyRecordingRule = z.infer<typeof anyRecordingRuleSchema>;

export const maxRulesPerPolicy = 10_000;

const policyContent = {
  name: labelSchema,
  description: z.string().trim().max(1000),
  /** Nothing but this mark can be changed while it is set. */
  isReadOnly: z.boolean(),
  options: recordingOptionsSchema,
  rules: z.array(recordingRuleSchema).max(maxRulesPerPolicy).superRefine(haveOwnIds),
};

/** What an administrator writes: the content of a custom policy. */
export const recordingPolicyDraftSchema = z.object({
  name: policyContent.name.default('New policy'),
  description: policyContent.description.default(''),
  isReadOnly: policyContent.isReadOnly.default(false),
  options: policyContent.options.prefault({ uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 }),
  rules: policyContent.rules.default([]),
});
export type RecordingPolicyDraft = z.infer<typeof recordingPolicyDraftSchema>;

/** Some of it: what is left out is as in the policy that is copied, or as in a new one. */
export const recordingPolicyPartsSchema = z.object(policyContent).partial();

function haveOwnIds(rules: readonly { ruleId: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  rules.forEach(({ ruleId }, index) => {
    if (seen.has(ruleId)) context.addIssue({ code: 'custom', path: [index, 'ruleId'], message: 'stands twice' });
    seen.add(ruleId);
  });
}

/** A policy in one version. */
export const recordingPolicySchema = z.object({
  policyId: recordingPolicyIdSchema,
  name: labelSchema,
  description: z.string().max(1000),
  isReadOnly: z.boolean(),
  isSystemDefined: z.boolean(),
  version: z.int().min(1),
  changedAt: timestampSchema.optional(),
  changedBy: labelSchema.optional(),
  options: recordingOptionsSchema,
  rules: z.array(anyRecordingRuleSchema).max(maxRulesPerPolicy),
});
export type RecordingPolicy = z.infer<typeof recordingPolicySchema>;

/** A policy without its rules, as a list shows it. */
export const recordingPolicySummarySchema = recordingPolicySchema
  .omit({ rules: true, options: true })
  .extend({ ruleCount: z.int().min(0) });
export type RecordingPolicySummary = z.infer<typeof recordingPolicySummarySchema>;

/** One thing that differs between two versions. */
export const policyChangeSchema = z.object({
  kind: z.enum([
    'name',
    'description',
    'read-only',
    'options',
    'rule-added',
    'rule-removed',
    'rule-changed',
    'rule-moved',
  ]),
  ruleId: labelSchema.optional(),
  ruleName: labelSchema.optional(),
  /** JSON pointer into the policy or the rule, such as `/criteria/applications`. */
  pointer: z.string().max(256).optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type PolicyChange = z.infer<typeof policyChangeSchema>;

export const policyVersionSchema = z.object({
  version: z.int().min(1),
  changedAt: timestampSchema,
  changedBy: labelSchema,
  comment: z.string().max(1000),
  /** The version whose content was taken back. */
  restores: z.int().min(1).optional(),
  ruleCount: z.int().min(0),
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

/** Whose recordings a viewer may see. One of the lists is enough, and one of its items (VIEW-009). */
export const viewingCriteriaSchema = ruleCriteriaSchema.pick({ principals: true, applications: true, machines: true });
export type ViewingCriteria = z.infer<typeof viewingCriteriaSchema>;

/** Without criteria it shows its viewer nothing (VIEW-010). */
export const viewingRuleSchema = z.object({
  ruleId: ruleIdSchema,
  name: labelSchema,
  viewer: principalSchema,
  criteria: viewingCriteriaSchema.default({}),
});
export type ViewingRule = z.infer<typeof viewingRuleSchema>;

export const viewingPolicyDraftSchema = z.object({
  name: labelSchema.default('New policy'),
  description: z.string().trim().max(1000).default(''),
  rules: z.array(viewingRuleSchema).max(1_000).default([]).superRefine(haveOwnIds),
});
export type ViewingPolicyDraft = z.infer<typeof viewingPolicyDraftSchema>;

/** In force from the moment at which it is made (VIEW-004). */
export const viewingPolicySchema = viewingPolicyDraftSchema.extend({
  policyId: policyIdSchema,
  version: z.int().min(1),
  changedAt: timestampSchema,
  changedBy: labelSchema,
});
export type ViewingPolicy = z.infer<typeof viewingPolicySchema>;
