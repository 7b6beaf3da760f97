import type { RecordingCommand } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import { CommandStateLabel } from '../command-state-label.tsx';
import '../../policies/content/policies.css';

/** What administrators told this session's host, newest first. */
export function SessionCommands({ commands }: { commands: readonly RecordingCommand[] }) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <Header variant="h3">{t('sessions.panel.commands')}</Header>
      {commands.length === 0 && <Box color="text-body-secondary">{t('sessions.panel.no-commands')}</Box>}
      <ul className="policy-lines">
        {commands.map((command) => (
          <li key={command.commandId}>
            {t(`sessions.command.${command.action}-by`, {
              by: command.requestedBy,
              at: formatMoment(command.requestedAt, i18n.language),
            })}
            <Box display="block">
              <CommandStateLabel command={command} />
            </Box>
          </li>
        ))}
      </ul>
    </div>
  );
}
