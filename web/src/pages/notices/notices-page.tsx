import { getNoticeMessages } from '@afterimage/contracts';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { NoticesForm } from './notices-form.tsx';

/** What recorded users are told, and whether they must agree. */
export default function NoticesPage() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const title = t('notices.title');
  usePageFrame({ title });
  const { data, error, refresh } = usePolling('notices', (signal) => api(getNoticeMessages, {}, signal), undefined);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('notices.description')}>
          {title}
        </Header>
      }
    >
      {error !== undefined && (data === undefined || isSignedOut(error)) ? (
        <ProblemAlert area="policies" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
      ) : data === undefined ? (
        <StatusIndicator type="loading">{t('notices.loading')}</StatusIndicator>
      ) : (
        <NoticesForm key={data.messages.version} stored={data.messages} builtIn={data.builtIn} onChanged={refresh} />
      )}
    </ContentLayout>
  );
}
