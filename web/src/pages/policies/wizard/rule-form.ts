import {
  type AnyRecordingRule,
  type HiddenApplications,
  hiddenApplicationsSchema,
  labelSchema,
  machineSchema,
  principalSchema,
  type RuleCriteria,
  type RuleOptions,
  recordingActionSchema,
  ruleCriteriaSchema,
} from '@afterimage/contracts';
import * as z from 'zod';
import { type CriterionName, criterionNames } from '../content/criteria.ts';

/** What has been entered so far: any of it may be missing or wrong. */
export const ruleFormSchema = z.object({
  name: z.string(),
  action: recordingActionSchema.optional(),
  recordsAudio: z.boolean(),
  isLossy: z.boolean(),
  hidesApplications: z.boolean(),
  /** Names of programs, separated by `;` (POL-034). */
  hiddenNames: z.string(),
  maskColour: z.enum(['black', 'gray', 'white']),
  allowsUserInitiated: z.boolean(),
  /** Criteria that were picked, whether anything is listed yet or not. */
  chosen: z.array(z.enum(criterionNames)),
  /** What is listed for each criterion; of one that is not picked any more it is kept until the end. */
  values: z.object({
    principals: z.array(principalSchema),
    applications: z.array(z.string()),
    machines: z.array(machineSchema),
    clientAddresses: z.array(z.string()),
    accessTags: z.array(z.string()),
  }),
});
export type RuleForm = z.infer<typeof ruleFormSchema>;

export const emptyRuleForm: RuleForm = {
  name: '',
  recordsAudio: false,
  isLossy: false,
  hidesApplications: false,
  hiddenNames: '',
  maskColour: 'black',
  allowsUserInitiated: false,
  chosen: [],
  values: { principals: [], applications: [], machines: [], clientAddresses: [], accessTags: [] },
};

export function formOf({ name, action, options, criteria }: AnyRecordingRule): RuleForm {
  const { hiddenApplications } = options;
  return {
    name,
    action,
    recordsAudio: options.recordsAudio,
    isLossy: options.isLossy,
    hidesApplications: hiddenApplications !== undefined,
    hiddenNames: (hiddenApplications?.processNames ?? []).join('; '),
    maskColour: hiddenApplications?.maskColour ?? 'black',
    allowsUserInitiated: options.allowsUserInitiated,
    chosen: criterionNames.filter((criterion) => criteria[criterion] !== undefined),
    values: {
      principals: criteria.principals ?? [],
      applications: criteria.applications ?? [],
      machines: criteria.machines ?? [],
      clientAddresses: criteria.clientAddresses ?? [],
      accessTags: criteria.accessTags ?? [],
    },
  };
}

/** Audio, lossy images and hidden windows are of the screen (POL-032, POL-036). */
export function recordsScreen({ action }: Pick<RuleForm, 'action'>): boolean {
  return action === 'record-with-notification' || action === 'record-without-notification';
}

/** Undefined when the list is wrong or empty. */
export function hiddenApplicationsOf({ hiddenNames, maskColour }: RuleForm): HiddenApplications | undefined {
  const processNames = hiddenNames
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return hiddenApplicationsSchema.safeParse({ processNames, maskColour }).data;
}

export function optionsOf(form: RuleForm): RuleOptions {
  const ofScreen = recordsScreen(form);
  const hiddenApplications = ofScreen && form.hidesApplications ? hiddenApplicationsOf(form) : undefined;
  return {
    recordsAudio: ofScreen && form.recordsAudio,
    isLossy: ofScreen && form.isLossy,
    allowsUserInitiated: form.allowsUserInitiated,
    ...(hiddenApplications === undefined ? {} : { hiddenApplications }),
  };
}

/** Of the criteria that were picked, those that list something. */
export function criteriaOf({ chosen, values }: RuleForm): RuleCriteria {
  const given = chosen.filter((name) => values[name].length > 0).map((name) => [name, values[name]]);
  return ruleCriteriaSchema.parse(Object.fromEntries(given));
}

/** Undefined until an action is picked. */
export function ruleOf(form: RuleForm, ruleId: string): AnyRecordingRule | undefined {
  if (form.action === undefined) return undefined;
  return { ruleId, name: form.name.trim(), action: form.action, options: optionsOf(form), criteria: criteriaOf(form) };
}

/** What is still wrong, by the step of the wizard that can put it right. Names are of texts under `policies.wizard.wrong`. */
export interface RuleFormProblems {
  name?: 'name';
  action?: 'action';
  hiddenNames?: 'hidden-names';
  chosen?: 'no-criterion';
  /** Picked criteria that list nothing. */
  empty: CriterionName[];
}

export function problemsOfForm(form: RuleForm): RuleFormProblems {
  const isHidingWrong = recordsScreen(form) && form.hidesApplications && hiddenApplicationsOf(form) === undefined;
  return {
    ...(labelSchema.safeParse(form.name).success ? {} : { name: 'name' as const }),
    ...(form.action === undefined ? { action: 'action' as const } : {}),
    ...(isHidingWrong ? { hiddenNames: 'hidden-names' as const } : {}),
    ...(form.chosen.length === 0 ? { chosen: 'no-criterion' as const } : {}),
    empty: form.chosen.filter((name) => form.values[name].length === 0),
  };
}

export const wizardSteps = ['action', 'criteria', 'values', 'finish'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** The first step that has something wrong; `finish` when nothing is. */
export function firstOpenStep(problems: RuleFormProblems): WizardStep {
  if (problems.name !== undefined || problems.action !== undefined || problems.hiddenNames !== undefined)
    return 'action';
  if (problems.chosen !== undefined) return 'criteria';
  return problems.empty.length > 0 ? 'values' : 'finish';
}
