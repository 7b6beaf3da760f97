import type { Session } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../time/format.ts';
import { SessionRecordingLabel } from './session-recording-label.tsx';
import { WatchLink } from './watch-link.tsx';

export function useSessionColumns(onShow: (session: Session) => void): TableProps.ColumnDefinition<Session>[] {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => [
      {
        id: 'user',
        header: t('sessions.column.user'),
        isRowHeader: true,
        minWidth: 110,
        sortingComparator: (a, b) => a.attributes.user.value.localeCompare(b.attributes.user.value),
        cell: (session) => (
          <Link
            href={`/sessions?session=${session.sessionId}`}
            onFollow={(event) => {
              event.preventDefault();
              onShow(session);
            }}
          >
            {session.attributes.user.value}
          </Link>
        ),
      },
      {
        id: 'host',
        header: t('sessions.column.host'),
        minWidth: 110,
        sortingComparator: (a, b) => a.attributes.host.value.localeCompare(b.attributes.host.value),
        cell: ({ attributes }) => attributes.host.value,
      },
      {
        id: 'recording',
        header: t('sessions.column.recording'),
        minWidth: 215,
        sortingComparator: (a, b) => a.recording.status.localeCompare(b.recording.status),
        cell: ({ recording, stoppedBy }) => (
          <>
            <SessionRecordingLabel recording={recording} />
            {stoppedBy !== undefined && (
              <Box variant="small" display="block" color="text-body-secondary">
                {t('sessions.stopped-by', { by: stoppedBy })}
              </Box>
            )}
          </>
        ),
      },
      {
        id: 'initiator',
        header: t('sessions.column.initiator'),
        minWidth: 120,
        cell: ({ recording: { status, initiator } }) =>
          status === 'not-recorded' || initiator === undefined ? '–' : t(`sessions.initiator.${initiator}`),
      },
      {
        id: 'since',
        header: t('sessions.column.since'),
        minWidth: 130,
        sortingField: 'startedAt',
        cell: ({ startedAt }) => formatMoment(startedAt, i18n.language),
      },
      {
        id: 'application',
        header: t('sessions.column.application'),
        minWidth: 125,
        cell: ({ attributes }) => attributes.application?.value ?? '–',
      },
      {
        id: 'watch',
        header: t('sessions.column.watch'),
        minWidth: 90,
        cell: (session) => <WatchLink session={session} />,
      },
    ],
    [t, i18n.language, onShow],
  );
}
