import { getSession, type Session, sessionIdSchema } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import SplitPanel from '@cloudscape-design/components/split-panel';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import type { SessionQuestion } from '../command/session-dialogs.tsx';
import { SessionCommands } from './session-commands.tsx';
import { SessionDecisions } from './session-decisions.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionNotices } from './session-notices.tsx';

const refreshIntervalMs = 5000;

export interface SessionPanelProps {
  /** As the address says it. */
  sessionId: string;
  onAsk(question: SessionQuestion): void;
}

/** One session: what was decided and why, what its user was told and answered, what administrators did. */
export function SessionPanel({ sessionId, onAsk }: SessionPanelProps) {
  const { t } = useTranslation();
  const { api, session: signIn } = useSignedIn();
  const { data, error, refresh } = usePolling(
    sessionId,
    (signal) => api(getSession, { params: { sessionId: sessionIdSchema.parse(sessionId) } }, signal),
    refreshIntervalMs,
  );
  if (data === undefined) {
    return (
      <SplitPanel header={t('sessions.panel.title')}>
        {error === undefined ? (
          <StatusIndicator type="loading">{t('sessions.panel.loading')}</StatusIndicator>
        ) : (
          <ProblemAlert area="sessions" error={error} onRetry={refresh} onSignIn={() => void signIn.signIn()} />
        )}
      </SplitPanel>
    );
  }
  const { session, commands } = data;
  const { user, host } = session.attributes;
  return (
    <SplitPanel header={t('sessions.session-of', { user: user.value, host: host.value })}>
      <SpaceBetween size="l">
        {session.endedAt === undefined && <SessionActions session={session} onAsk={onAsk} />}
        <SessionFacts session={session} />
        <SessionNotices notices={session.notices} />
        <SessionDecisions decisions={session.earlierDecisions} />
        <SessionCommands commands={commands} />
      </SpaceBetween>
    </SplitPanel>
  );
}

function SessionActions({ session, onAsk }: { session: Session; onAsk: SessionPanelProps['onAsk'] }) {
  const { t } = useTranslation();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => onAsk({ kind: 'ask', action: 'start', sessions: [session] })}>
        {t('sessions.panel.start')}
      </Button>
      <Button onClick={() => onAsk({ kind: 'ask', action: 'stop', sessions: [session] })}>
        {t('sessions.panel.stop')}
      </Button>
    </SpaceBetween>
  );
}
