import { type RecordingPolicyId, recordingPolicyIdSchema } from '@afterimage/contracts';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { useAddress } from '../content/use-address.ts';
import { usePolicyDraft } from '../content/use-policy-draft.ts';
import { PolicyNotFound } from '../policy/policy-not-found.tsx';
import { usePolicyVersions } from './use-policy-versions.ts';
import { VersionChanges } from './version-changes.tsx';
import { VersionsTable } from './versions-table.tsx';
import '../content/policies.css';

/** Who changed a policy, when, why and what; and the way back to an earlier version. */
export default function PolicyHistoryPage() {
  const policyId = recordingPolicyIdSchema.safeParse(useParams().policyId).data;
  return policyId === undefined ? <PolicyNotFound /> : <History key={policyId} policyId={policyId} />;
}

function History({ policyId }: { policyId: RecordingPolicyId }) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const draft = usePolicyDraft(policyId);
  const versions = usePolicyVersions(policyId);
  const title = t('policies.history.title');
  const name = draft.policy?.stored.name ?? t('policies.policy');
  usePageFrame({
    title,
    under: [
      { text: t('policies.list.title'), href: '/policies/recording' },
      { text: name, href: `/policies/recording/${policyId}` },
    ],
  });
  const error = draft.policy === undefined ? draft.error : versions.data === undefined ? versions.error : undefined;
  const header = (
    <Header variant="h1" description={t('policies.history.description')}>
      {t('policies.history.title-of', { name })}
    </Header>
  );
  if (error !== undefined) {
    return (
      <ContentLayout header={header}>
        <ProblemAlert area="policies" error={error} onRetry={versions.refresh} onSignIn={() => void session.signIn()} />
      </ContentLayout>
    );
  }
  const current = draft.policy?.stored.version;
  const wanted = Number(address.get('version'));
  const version = Number.isInteger(wanted) && wanted > 0 ? wanted : current;
  const onRestored = () => {
    setAddress({ version: undefined, against: undefined });
    draft.reload();
    versions.refresh();
  };
  return (
    <ContentLayout header={header}>
      <Grid gridDefinition={[{ colspan: { default: 12, m: 5 } }, { colspan: { default: 12, m: 7 } }]}>
        <VersionsTable
          versions={versions}
          current={current}
          chosen={version}
          onChoose={(chosen) => setAddress({ version: String(chosen), against: undefined })}
        />
        {draft.policy !== undefined && version !== undefined && (
          <VersionChanges
            policy={draft.policy}
            version={version}
            isAgainstCurrent={address.get('against') === 'current' && version !== current}
            onAgainst={(isCurrent) =>
              setAddress({ version: String(version), against: isCurrent ? 'current' : undefined })
            }
            onRestored={onRestored}
          />
        )}
      </Grid>
    </ContentLayout>
  );
}
