import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router';
import { useSignedIn } from './session/session-context.tsx';
import { FailedPage, FailureBoundary } from './shell/failure-boundary.tsx';
import { homeOf } from './shell/navigation.tsx';
import { Shell, usePageFrame } from './shell/shell.tsx';
import { whenIdle } from './time/when-idle.ts';

const playerModule = () => import('./pages/player/player-page.tsx');
const ApplicationsPage = lazy(() => import('./pages/applications/applications-page.tsx'));
const DirectoryPage = lazy(() => import('./pages/directory/directory-page.tsx'));
const NoticesPage = lazy(() => import('./pages/notices/notices-page.tsx'));
const PlayerPage = lazy(playerModule);
const PoliciesPage = lazy(() => import('./pages/policies/list/policies-page.tsx'));
const PolicyPage = lazy(() => import('./pages/policies/policy/policy-page.tsx'));
const PolicyHistoryPage = lazy(() => import('./pages/policies/history/policy-history-page.tsx'));
const RuleWizardPage = lazy(() => import('./pages/policies/wizard/rule-wizard-page.tsx'));
const CommandsPage = lazy(() => import('./pages/sessions/log/commands-page.tsx'));
const SessionsPage = lazy(() => import('./pages/sessions/sessions-page.tsx'));
const SimulatePage = lazy(() => import('./pages/policies/simulate/simulate-page.tsx'));
const TestSessionPage = lazy(() => import('./pages/policies/test/test-session-page.tsx'));
const RecordingsPage = lazy(() => import('./pages/recordings/recordings-page.tsx'));
const RolesPage = lazy(() => import('./pages/roles/roles-page.tsx'));
const ViewingPage = lazy(() => import('./pages/viewing/viewing-page.tsx'));

/** What is behind the sign-in; each page is a file of its own. */
export default function Console() {
  const { roles } = useSignedIn();
  const { pathname } = useLocation();
  useEffect(() => whenIdle(() => void playerModule().then(({ prepareToPlay }) => prepareToPlay())), []);
  return (
    <Shell>
      <FailureBoundary address={pathname} fallback={<FailedPage />}>
        <Suspense fallback={<LoadingPage />}>
          <Routes>
            <Route path="/" element={<Navigate to={homeOf(roles)} replace />} />
            <Route path="/recordings" element={<RecordingsPage />} />
            <Route path="/recordings/:recordingId" element={<PlayerPage />} />
            <Route path="/policies/recording" element={<PoliciesPage />} />
            <Route path="/policies/recording/:policyId" element={<PolicyPage />} />
            <Route path="/policies/recording/:policyId/history" element={<PolicyHistoryPage />} />
            <Route path="/policies/recording/:policyId/rules/:ruleId" element={<RuleWizardPage />} />
            <Route path="/policies/viewing" element={<ViewingPage />} />
            <Route path="/policies/test" element={<TestSessionPage />} />
            <Route path="/policies/simulate" element={<SimulatePage />} />
            <Route path="/sessions" element={<SessionsPage />} />
            <Route path="/sessions/commands" element={<CommandsPage />} />
            <Route path="/applications/:section?" element={<ApplicationsPage />} />
            <Route path="/directory/:section?" element={<DirectoryPage />} />
            <Route path="/notices" element={<NoticesPage />} />
            <Route path="/roles" element={<RolesPage />} />
            <Route path="*" element={<PageNotFound />} />
          </Routes>
        </Suspense>
      </FailureBoundary>
    </Shell>
  );
}

function LoadingPage() {
  const { t } = useTranslation();
  return (
    <Box padding="xxl">
      <StatusIndicator type="loading">{t('common.loading-page')}</StatusIndicator>
    </Box>
  );
}

function PageNotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  usePageFrame({ title: t('page-not-found.title') });
  return (
    <Box textAlign="center" padding={{ vertical: 'xxxl' }}>
      <SpaceBetween size="s">
        <Box variant="h1">{t('page-not-found.title')}</Box>
        <Box variant="p">{t('page-not-found.detail')}</Box>
        <Button onClick={() => void navigate('/recordings')}>{t('page-not-found.action')}</Button>
      </SpaceBetween>
    </Box>
  );
}
