import { createApiClient } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes, useNavigate } from 'react-router';
import type { Session } from './session/session.ts';
import { SignedInProvider } from './session/session-context.tsx';
import { useEntry } from './session/use-entry.ts';
import { FailedPage, FailureBoundary } from './shell/failure-boundary.tsx';
import { ProblemAlert } from './shell/problem-alert.tsx';

/** Asked for at once and not waited for: who has to sign in first need not load it. */
const consoleModule = import('./console.tsx');
const Console = lazy(() => consoleModule);

export function App({ session }: { session: Session }) {
  return (
    <Routes>
      <Route path="/signed-in" element={<SignedInCallback session={session} />} />
      <Route path="/signed-out" element={<SignedOut session={session} />} />
      <Route path="*" element={<SignedInOnly session={session} />} />
    </Routes>
  );
}

function SignedInOnly({ session }: { session: Session }) {
  const { t } = useTranslation();
  const api = useMemo(() => createApiClient({ server: '', accessToken: () => session.accessToken() }), [session]);
  const { context, error, isRetrying, retry } = useEntry(session, api);

  if (error !== undefined) {
    return (
      <Centered>
        <SpaceBetween size="s">
          <ProblemAlert error={error} onRetry={retry} onSignIn={() => void session.signIn()} />
          {isRetrying && <StatusIndicator type="loading">{t('session.trying-again')}</StatusIndicator>}
        </SpaceBetween>
      </Centered>
    );
  }
  if (context === undefined) {
    return <Loading text={t('session.signing-in')} />;
  }
  return (
    <SignedInProvider value={context}>
      <Suspense fallback={<Loading text={t('common.loading-page')} />}>
        <FailureBoundary
          address=""
          fallback={
            <Centered>
              <FailedPage />
            </Centered>
          }
        >
          <Console />
        </FailureBoundary>
      </Suspense>
    </SignedInProvider>
  );
}

function SignedInCallback({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    session
      .completeSignIn()
      .then((path) => navigate(path, { replace: true }))
      .catch(setError);
  }, [session, navigate]);
  return (
    <Centered>
      {error === undefined ? (
        <StatusIndicator type="loading">{t('session.signing-in')}</StatusIndicator>
      ) : (
        <SpaceBetween size="m" alignItems="center">
          <Box variant="p">{t('session.sign-in-failed')}</Box>
          <Button variant="primary" onClick={() => void session.signIn()}>
            {t('session.sign-in')}
          </Button>
        </SpaceBetween>
      )}
    </Centered>
  );
}

function SignedOut({ session }: { session: Session }) {
  const { t } = useTranslation();
  return (
    <Centered>
      <SpaceBetween size="m" alignItems="center">
        <Box variant="h1">{t('session.signed-out')}</Box>
        <Button variant="primary" onClick={() => void session.signIn()}>
          {t('session.sign-in-again')}
        </Button>
      </SpaceBetween>
    </Centered>
  );
}

function Loading({ text }: { text: string }) {
  return (
    <Centered>
      <StatusIndicator type="loading">{text}</StatusIndicator>
    </Centered>
  );
}

function Centered({ children }: { children: ReactNode }) {
  return <main style={{ minHeight: '100vh', display: 'grid', placeItems: 'center', padding: '1rem' }}>{children}</main>;
}
