import type { RecordingCommand } from '@afterimage/contracts';
import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../../time/format.ts';
import { CommandStateLabel } from '../command-state-label.tsx';

export function useCommandColumns(): TableProps.ColumnDefinition<RecordingCommand>[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  return useMemo(
    () => [
      {
        id: 'when',
        header: t('sessions.log.when'),
        minWidth: 130,
        cell: ({ requestedAt }) => formatMoment(requestedAt, i18n.language),
      },
      { id: 'who', header: t('sessions.log.who'), minWidth: 100, cell: ({ requestedBy }) => requestedBy },
      {
        id: 'what',
        header: t('sessions.log.what'),
        minWidth: 130,
        cell: ({ action }) => t(`sessions.command.${action}`),
      },
      {
        id: 'state',
        header: t('sessions.column.state'),
        minWidth: 205,
        cell: (command) => <CommandStateLabel command={command} />,
      },
      {
        id: 'told',
        header: t('sessions.log.told'),
        minWidth: 105,
        cell: ({ action, notifiesUser }) => (action === 'stop' ? '–' : t(notifiesUser ? 'common.yes' : 'common.no')),
      },
      {
        id: 'session',
        header: t('sessions.column.session'),
        isRowHeader: true,
        minWidth: 260,
        cell: ({ sessionId }) => (
          <Link
            href={`/sessions?session=${sessionId}`}
            onFollow={(event) => {
              event.preventDefault();
              void navigate(`/sessions?session=${sessionId}`);
            }}
          >
            {sessionId}
          </Link>
        ),
      },
    ],
    [t, i18n.language, navigate],
  );
}
