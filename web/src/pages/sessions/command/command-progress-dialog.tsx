import { listRecordingCommands, type RecordingCommand, type Session } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { CommandStateLabel } from '../command-state-label.tsx';
import type { GivenCommands } from './session-dialogs.tsx';

export interface CommandProgressDialogProps {
  action: RecordingCommand['action'];
  /** To name them by. */
  sessions: readonly Session[];
  given: GivenCommands;
  onClose(): void;
}

type Row = Pick<RecordingCommand, 'sessionId' | 'state' | 'reason'>;

const lookAgainMs = 1500;
/** The log gives no more at once. */
const looked = 200;

/** What became of each command, until every host has answered or its time is over. */
export function CommandProgressDialog({ action, sessions, given, onClose }: CommandProgressDialogProps) {
  const { t } = useTranslation();
  const commands = useSettling(given.commands);
  const rows: Row[] = [...given.refused.map((refusal) => ({ ...refusal, state: 'refused' as const })), ...commands];
  const settled = rows.filter(({ state }) => state !== 'pending').length;
  const failed = rows.filter(({ state }) => state === 'refused' || state === 'expired').length;
  const nameOf = ({ sessionId }: Row) => {
    const attributes = sessions.find((session) => session.sessionId === sessionId)?.attributes;
    return attributes === undefined
      ? sessionId
      : t('sessions.session-of', { user: attributes.user.value, host: attributes.host.value });
  };
  return (
    <Modal
      visible
      size="medium"
      header={t(`sessions.${action}.progress`)}
      closeAriaLabel={t('common.close')}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {t('common.close')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {settled < rows.length ? (
          <ProgressBar
            value={(100 * settled) / rows.length}
            label={t('sessions.progress.label')}
            additionalInfo={t('sessions.progress.detail')}
          />
        ) : (
          <Alert type={failed === 0 ? 'success' : 'warning'}>
            {t(failed === 0 ? 'sessions.progress.all' : 'sessions.progress.some', { failed, count: rows.length })}
          </Alert>
        )}
        <Table
          variant="embedded"
          wrapLines
          items={rows}
          trackBy="sessionId"
          ariaLabels={{ tableLabel: t(`sessions.${action}.progress`) }}
          columnDefinitions={[
            { id: 'session', header: t('sessions.column.session'), isRowHeader: true, cell: nameOf },
            { id: 'state', header: t('sessions.column.state'), cell: (row) => <CommandStateLabel command={row} /> },
          ]}
        />
      </SpaceBetween>
    </Modal>
  );
}

/** The commands as the service knows them now. */
function useSettling(given: readonly RecordingCommand[]): readonly RecordingCommand[] {
  const { api } = useSignedIn();
  const { data } = usePolling(
    given[0]?.commandId,
    async (signal) => {
      const { commands } = await api(listRecordingCommands, { query: { limit: looked } }, signal);
      const found = new Map(commands.map((command) => [command.commandId, command]));
      return given.map((command) => found.get(command.commandId) ?? command);
    },
    (now) => (now === undefined || now.some(({ state }) => state === 'pending') ? lookAgainMs : undefined),
  );
  return data ?? given;
}
