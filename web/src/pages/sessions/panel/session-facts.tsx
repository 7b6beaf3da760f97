import type { Session } from '@afterimage/contracts';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import { ActionLabel } from '../../policies/content/action-label.tsx';
import { SessionRecordingLabel } from '../session-recording-label.tsx';
import { WatchLink } from '../watch-link.tsx';

/** How the session is recorded now, and the decision in force with its reason. */
export function SessionFacts({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const { attributes, decision, recording } = session;
  const moment = (at: string | undefined) => (at === undefined ? '–' : formatMoment(at, i18n.language));
  const initiator = recording.status === 'not-recorded' ? undefined : recording.initiator;
  const version = { policy: decision.policyName, version: decision.policyVersion };
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: t('sessions.column.recording'), value: <SessionRecordingLabel recording={recording} /> },
        {
          label: t('sessions.column.initiator'),
          value: initiator === undefined ? '–' : t(`sessions.initiator.${initiator}`),
        },
        { label: t('sessions.column.watch'), value: <WatchLink session={session} /> },
        { label: t('sessions.panel.stopped'), value: session.stoppedBy ?? '–' },
        { label: t('sessions.panel.decision'), value: <ActionLabel action={decision.action} /> },
        { label: t('sessions.panel.reason'), value: decision.reason },
        { label: t('recordings.panel.policy'), value: t('recordings.panel.policy-version', version) },
        {
          label: t('recordings.panel.rule'),
          value: decision.ruleId === 'fallback' ? t('policies.fallback.name') : decision.ruleName,
        },
        { label: t('sessions.panel.decided'), value: moment(decision.decidedAt) },
        { label: t('sessions.column.since'), value: moment(session.startedAt) },
        { label: t('sessions.panel.heard'), value: moment(session.lastSeenAt) },
        { label: t('sessions.panel.ended'), value: moment(session.endedAt) },
        { label: t('recordings.panel.application'), value: attributes.application?.value ?? '–' },
        { label: t('recordings.panel.client'), value: attributes.client?.value ?? '–' },
        { label: t('sessions.panel.address'), value: attributes.clientAddress?.value ?? '–' },
        { label: t('sessions.panel.id'), value: session.sessionId },
      ]}
    />
  );
}
