import {
  machineSchema,
  principalSchema,
  ruleIdSchema,
  type ViewingPolicy,
  type ViewingPolicyDraft,
  type ViewingRule,
  viewingPolicyDraftSchema,
} from '@afterimage/contracts';
import * as z from 'zod';

/** What has been entered so far: any of it may be missing or wrong. */
export const viewingFormSchema = z.object({
  name: z.string(),
  description: z.string(),
  rules: z.array(
    z.object({
      ruleId: ruleIdSchema,
      name: z.string(),
      viewer: principalSchema.extend({ name: z.string() }),
      /** Lists that name nothing are empty here and left out of the policy. */
      criteria: z.object({
        principals: z.array(principalSchema),
        applications: z.array(z.string()),
        machines: z.array(machineSchema),
      }),
    }),
  ),
});
export type ViewingForm = z.infer<typeof viewingFormSchema>;
export type ViewingFormRule = ViewingForm['rules'][number];

/** Where the form is wrong: a JSON pointer into the draft, as the service names it. */
export interface ViewingProblem {
  pointer: string;
  detail: string;
}

export const emptyViewingForm: ViewingForm = { name: '', description: '', rules: [] };

export function emptyViewingRule(ruleId: ViewingRule['ruleId'], name: string): ViewingFormRule {
  return {
    ruleId,
    name,
    viewer: { kind: 'user', name: '' },
    criteria: { principals: [], applications: [], machines: [] },
  };
}

export function formOfPolicy({ name, description, rules }: ViewingPolicyDraft): ViewingForm {
  return {
    name,
    description,
    rules: rules.map(({ criteria: { principals = [], applications = [], machines = [] }, ...rule }) => ({
      ...rule,
      criteria: { principals, applications, machines },
    })),
  };
}

/** The same content as another policy, whose rules have ids of their own. */
export function copyOfPolicy(policy: ViewingPolicy, name: string, makeId: () => ViewingRule['ruleId']): ViewingForm {
  const { description, rules } = formOfPolicy(policy);
  return { name, description, rules: rules.map((rule) => ({ ...rule, ruleId: makeId() })) };
}

/** Names no user, application or machine: its viewer sees nothing by it (VIEW-010). */
export function showsNothing({ criteria }: Pick<ViewingRule, 'criteria'>): boolean {
  return Object.values(criteria).every((values) => values === undefined || values.length === 0);
}

/** As the service takes it, or what it would refuse, by its own schema. */
export function readViewingForm(
  form: ViewingForm,
): { draft: ViewingPolicyDraft } | { problems: readonly ViewingProblem[] } {
  const parsed = viewingPolicyDraftSchema.safeParse({ ...form, rules: form.rules.map(withoutEmptyLists) });
  if (parsed.success) return { draft: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })) };
}

function withoutEmptyLists(rule: ViewingFormRule) {
  return { ...rule, criteria: Object.fromEntries(Object.entries(rule.criteria).filter(([, list]) => list.length > 0)) };
}

/** RFC 6901; no name of the contract needs escaping. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part)}`).join('');
}

/** What is wrong at a place or within it. */
export function problemAt(problems: readonly ViewingProblem[], place: string): ViewingProblem | undefined {
  return problems.find(({ pointer }) => pointer === place || pointer.startsWith(`${place}/`));
}

/** What the service says of its body, as places of the form. */
export function problemsOfBody(errors: readonly ViewingProblem[]): ViewingProblem[] {
  return errors.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/draft/, ''), detail }));
}
