import type { RecordingCommand } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';

const marks: Record<RecordingCommand['state'], StatusIndicatorProps.Type> = {
  pending: 'in-progress',
  done: 'success',
  refused: 'error',
  expired: 'warning',
};

/** What became of a command, with the reason that its host gave. */
export function CommandStateLabel({ command }: { command: Pick<RecordingCommand, 'state' | 'reason'> }) {
  const { t } = useTranslation();
  const { state, reason } = command;
  return (
    <>
      <StatusIndicator type={marks[state]}>{t(`sessions.command.state.${state}`)}</StatusIndicator>
      {reason !== undefined && (
        <Box variant="small" display="block" color="text-body-secondary">
          {reason}
        </Box>
      )}
    </>
  );
}
