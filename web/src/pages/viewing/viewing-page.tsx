import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { useAddress } from '../policies/content/use-address.ts';
import { useViewingPolicies } from './content/use-viewing-policies.ts';
import { NewViewingPolicy } from './editor/new-viewing-policy.tsx';
import { OpenedViewingPolicy } from './editor/opened-viewing-policy.tsx';
import { ViewingList } from './list/viewing-list.tsx';
import '../policies/content/policies.css';

/** Who may see whose recordings: the list, or the policy that the address names. */
export default function ViewingPage() {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [address] = useAddress();
  const policyId = address.get('policy') ?? undefined;
  const isNew = address.get('new') === '1';
  const { data, error, refresh } = useViewingPolicies(policyId ?? (isNew ? 'new' : 'list'));
  const problem = error !== undefined && (data === undefined || isSignedOut(error));
  if (problem || data === undefined) {
    return (
      <UnloadedPage>
        {problem ? (
          <ProblemAlert area="policies" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
        ) : (
          <StatusIndicator type="loading">{t('viewing.loading')}</StatusIndicator>
        )}
      </UnloadedPage>
    );
  }
  const common = { list: data, error, onReload: refresh };
  if (policyId !== undefined) return <OpenedViewingPolicy key={policyId} policyId={policyId} {...common} />;
  if (isNew) return <NewViewingPolicy from={address.get('from') ?? undefined} {...common} />;
  return <ViewingList {...common} />;
}

function UnloadedPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const title = t('viewing.title');
  usePageFrame({ title });
  return <ContentLayout header={<Header variant="h1">{title}</Header>}>{children}</ContentLayout>;
}
