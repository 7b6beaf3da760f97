import { type RecordingPolicyId, recordingPolicyIdSchema } from '@afterimage/contracts';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { useAddress } from '../content/use-address.ts';
import { type LoadedPolicy, type PolicyDraft, usePolicyDraft } from '../content/use-policy-draft.ts';
import { PolicyNotFound } from './policy-not-found.tsx';
import { PolicyPageDialogs } from './policy-page-dialogs.tsx';
import { PolicyPageHeader } from './policy-page-header.tsx';
import { PolicyStanding } from './policy-standing.tsx';
import { RecordingOptionsBox } from './recording-options-box.tsx';
import { RulesTable } from './rules-table.tsx';
import '../content/policies.css';

/** A policy: its rules in the order in which they win, and what is not saved of them yet. */
export default function PolicyPage() {
  const policyId = recordingPolicyIdSchema.safeParse(useParams().policyId).data;
  return policyId === undefined ? <PolicyNotFound /> : <KnownPolicyPage key={policyId} policyId={policyId} />;
}

function KnownPolicyPage({ policyId }: { policyId: RecordingPolicyId }) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const draft = usePolicyDraft(policyId);
  const title = draft.policy?.content.name ?? t('policies.policy');
  usePageFrame({ title, under: [{ text: t('policies.list.title'), href: '/policies/recording' }] });
  if (draft.policy !== undefined) return <Policy draft={draft} policy={draft.policy} />;
  return (
    <ContentLayout header={<Header variant="h1">{t('policies.policy')}</Header>}>
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

function Policy({ draft, policy }: { draft: PolicyDraft; policy: LoadedPolicy }) {
  const [address, setAddress] = useAddress();
  const isEditable = !policy.stored.isSystemDefined && !policy.stored.isReadOnly;
  const open = (edit: string) => setAddress({ edit });
  return (
    <ContentLayout header={<PolicyPageHeader policy={policy} isEditable={isEditable} onOpen={open} draft={draft} />}>
      <SpaceBetween size="l">
        <PolicyStanding policy={policy} draft={draft} onOpen={open} />
        <RulesTable policy={policy} isEditable={isEditable} onEdit={draft.edit} />
        <RecordingOptionsBox options={policy.content.options} isEditable={isEditable} onEdit={() => open('options')} />
      </SpaceBetween>
      <PolicyPageDialogs
        edit={address.get('edit')}
        draft={draft}
        policy={policy}
        isEditable={isEditable}
        onClose={() => setAddress({ edit: undefined })}
      />
    </ContentLayout>
  );
}
