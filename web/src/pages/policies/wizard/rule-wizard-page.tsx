import { isSameValue, makeRuleId, type RecordingPolicyId, recordingPolicyIdSchema } from '@afterimage/contracts';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { browserIds } from '../../../api/browser-ids.ts';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';
import { useUnsaved } from '../content/draft-store.ts';
import { useAddress } from '../content/use-address.ts';
import { type LoadedPolicy, type PolicyDraft, usePolicyDraft } from '../content/use-policy-draft.ts';
import { PolicyNotFound } from '../policy/policy-not-found.tsx';
import { ActionStep } from './action-step.tsx';
import { CriteriaStep } from './criteria-step.tsx';
import { FinishStep } from './finish-step.tsx';
import {
  emptyRuleForm,
  firstOpenStep,
  formOf,
  problemsOfForm,
  type RuleForm,
  ruleFormSchema,
  ruleOf,
  wizardSteps,
} from './rule-form.ts';
import { ValuesStep } from './values-step.tsx';
import '../content/policies.css';

/** Makes or changes a rule in four steps (POL-068). What is entered is kept until it is finished or cancelled. */
export default function RuleWizardPage() {
  const { policyId, ruleId = 'new' } = useParams();
  const known = recordingPolicyIdSchema.safeParse(policyId).data;
  return known === undefined ? <PolicyNotFound /> : <RuleWizardLoader key={ruleId} policyId={known} ruleId={ruleId} />;
}

interface RuleAddress {
  policyId: RecordingPolicyId;
  ruleId: string;
}

function RuleWizardLoader({ policyId, ruleId }: RuleAddress) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const draft = usePolicyDraft(policyId);
  const title = t(ruleId === 'new' ? 'policies.wizard.title-new' : 'policies.wizard.title');
  usePageFrame({
    title,
    under: [
      { text: t('policies.list.title'), href: '/policies/recording' },
      { text: draft.policy?.content.name ?? t('policies.policy'), href: `/policies/recording/${policyId}` },
    ],
  });
  if (draft.policy === undefined) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        {draft.error === undefined ? (
          <StatusIndicator type="loading">{t('policies.loading')}</StatusIndicator>
        ) : (
          <ProblemAlert
            area="policies"
            error={draft.error}
            onRetry={draft.reload}
            onSignIn={() => void session.signIn()}
          />
        )}
      </ContentLayout>
    );
  }
  return <RuleWizard policy={draft.policy} draft={draft} ruleId={ruleId} />;
}

function RuleWizard({ policy, draft, ruleId }: { policy: LoadedPolicy; draft: PolicyDraft; ruleId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const { policyId } = policy.stored;
  const { rules } = policy.content;
  const existing = rules.find((rule) => rule.ruleId === ruleId);
  const begun: RuleForm =
    existing === undefined
      ? { ...emptyRuleForm, name: t('policies.wizard.default-name', { number: rules.length + 1 }) }
      : formOf(existing);
  const [kept, keep] = useUnsaved(`rule.${policyId}.${ruleId}`, ruleFormSchema);
  const form = kept ?? begun;
  const [isShowingProblems, setShowingProblems] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const change = (next: Partial<RuleForm>) => {
    const changed = { ...form, ...next };
    keep(isSameValue(changed, begun) ? undefined : changed);
  };
  const problems = problemsOfForm(form);
  const open = wizardSteps.indexOf(firstOpenStep(problems));
  // An address may name a step that cannot be reached yet.
  const asked = wizardSteps.find((name) => name === address.get('step')) ?? 'action';
  const step = Math.min(wizardSteps.indexOf(asked), open);
  const goTo = (requested: number) => {
    setShowingProblems(requested > open);
    setAddress({ step: wizardSteps[Math.min(requested, open)] });
  };
  const leave = () => void navigate(`/policies/recording/${policyId}`);
  const cancel = () => {
    keep(undefined);
    leave();
  };
  const rule = ruleOf(form, existing?.ruleId ?? makeRuleId(browserIds));
  const finish = () => {
    if (rule === undefined) return;
    draft.edit((now) => ({
      ...now,
      rules:
        existing === undefined
          ? [...now.rules, rule]
          : now.rules.map((one) => (one.ruleId === rule.ruleId ? rule : one)),
    }));
    cancel();
  };
  const shown = { form, onChange: change, problems: isShowingProblems ? problems : undefined };
  const contents = [
    <ActionStep key="action" {...shown} />,
    <CriteriaStep key="criteria" {...shown} />,
    <ValuesStep key="values" {...shown} />,
    rule === undefined ? null : <FinishStep key="finish" rule={rule} policy={policy} />,
  ];
  return (
    <>
      <Wizard
        activeStepIndex={step}
        steps={wizardSteps.map((name, index) => ({
          title: t(`policies.wizard.${name}.title`),
          description: t(`policies.wizard.${name}.description`),
          content: contents[index],
        }))}
        i18nStrings={{
          stepNumberLabel: (number) => t('policies.wizard.step', { number }),
          collapsedStepsLabel: (number, count) => t('policies.wizard.step-of', { number, count }),
          navigationAriaLabel: t('policies.wizard.steps'),
          cancelButton: t('common.cancel'),
          previousButton: t('policies.wizard.back'),
          nextButton: t('policies.wizard.next'),
        }}
        submitButtonText={t('policies.wizard.submit')}
        onNavigate={({ detail }) => goTo(detail.requestedStepIndex)}
        onCancel={() => (kept === undefined ? cancel() : setAsking(true))}
        onSubmit={finish}
      />
      {isAsking && (
        <AskDialog
          title={t('policies.wizard.cancel-title')}
          confirm={t('policies.wizard.cancel-confirm')}
          decline={t('policies.wizard.cancel-decline')}
          onConfirm={async () => cancel()}
          onCancel={() => setAsking(false)}
        >
          {t('policies.wizard.cancel-detail')}
        </AskDialog>
      )}
    </>
  );
}
