import { commandRecording, type RecordingCommand, type Session } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { SessionRecordingLabel } from '../session-recording-label.tsx';
import type { GivenCommands } from './session-dialogs.tsx';
import '../../policies/content/policies.css';

export interface CommandDialogProps {
  action: RecordingCommand['action'];
  sessions: readonly Session[];
  onGiven(given: GivenCommands): void;
  onCancel(): void;
}

/** The most that one command names. */
const maxNamed = 100;
const listed = 8;
const points = {
  start: ['screen', 'policy', 'already'],
  stop: ['whoever', 'no-more', 'kept'],
} as const;

/** Says what starting or stopping does before it is done. */
export function CommandDialog({ action, sessions, onGiven, onCancel }: CommandDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const [notifiesUser, setNotifiesUser] = useState(true);
  const [isWholeUser, setWholeUser] = useState(false);
  const user = onlyUserOf(sessions);
  const give = async () => {
    const whom =
      isWholeUser && user !== undefined ? { user } : { sessionIds: sessions.map(({ sessionId }) => sessionId) };
    onGiven(await api(commandRecording, { body: { action, notifiesUser, ...whom } }));
  };
  const isTooMany = sessions.length > maxNamed && !isWholeUser;
  return (
    <AskDialog
      title={t(`sessions.${action}.title`, { count: sessions.length })}
      confirm={t(`sessions.${action}.confirm`)}
      isConfirmable={!isTooMany}
      onConfirm={give}
      onCancel={onCancel}
    >
      <NamedSessions sessions={sessions} />
      {user !== undefined && (
        <FormField label={t('sessions.whom.label')}>
          <RadioGroup
            value={isWholeUser ? 'user' : 'named'}
            items={[
              { value: 'named', label: t('sessions.whom.named', { count: sessions.length }) },
              { value: 'user', label: t('sessions.whom.user', { user }) },
            ]}
            onChange={({ detail }) => setWholeUser(detail.value === 'user')}
          />
        </FormField>
      )}
      {action === 'start' && (
        <Checkbox
          checked={notifiesUser}
          description={t(notifiesUser ? 'sessions.start.tell-on' : 'sessions.start.tell-off')}
          onChange={({ detail }) => setNotifiesUser(detail.checked)}
        >
          {t('sessions.start.tell')}
        </Checkbox>
      )}
      <Alert type="info" header={t('sessions.effect')}>
        <ul className="policy-points">
          {points[action].map((point) => (
            <li key={point}>{t(`sessions.${action}.${point}`)}</li>
          ))}
        </ul>
      </Alert>
      {isTooMany && <Alert type="warning">{t('sessions.too-many', { count: maxNamed })}</Alert>}
    </AskDialog>
  );
}

function NamedSessions({ sessions }: Pick<CommandDialogProps, 'sessions'>) {
  const { t } = useTranslation();
  const others = sessions.length - listed;
  return (
    <ul className="policy-lines">
      {sessions.slice(0, listed).map(({ sessionId, attributes, recording }) => (
        <li key={sessionId}>
          {t('sessions.session-of', { user: attributes.user.value, host: attributes.host.value })} –{' '}
          <SessionRecordingLabel recording={recording} />
        </li>
      ))}
      {others > 0 && (
        <li>
          <Box color="text-body-secondary">{t('sessions.more', { count: others })}</Box>
        </li>
      )}
    </ul>
  );
}

function onlyUserOf(sessions: readonly Session[]): string | undefined {
  const [first, ...others] = new Set(sessions.map(({ attributes }) => attributes.user.value));
  return others.length === 0 ? first : undefined;
}
